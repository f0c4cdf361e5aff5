import { type AppError, isAppError } from '@runnel/errors';
import { z } from 'zod';

import { limitParam, listParam, numberParam } from './query';
import { parse } from './read-input';

const body = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty'),
  tags: z.array(z.string()).optional(),
  nested: z.strictObject({ deep: z.number() }).optional(),
});

function refusalOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return error;
  }
  throw new Error('it was not refused');
}

describe(parse, () => {
  it.each([
    [{}, 'name is required'],
    [{ name: ' ' }, 'name: must not be empty'],
    [{ name: 'x', color: 'red' }, 'unknown field color'],
    [{ name: 'x', nested: { deep: 1, other: 2 } }, 'unknown field nested.other'],
    [{ name: 'x', tags: ['a', 2] }, 'tags.1: '],
    [[], 'Invalid input'],
    ['text', 'Invalid input'],
  ])('says what is wrong with %j', (value, message) => {
    expect(() => parse(body, value)).toThrow(message);
  });

  it('names at most twenty fields', () => {
    const many = { name: 'x', tags: Array.from({ length: 5_000 }, () => 1) };
    const error = refusalOf(() => parse(body, many));
    expect(error.code).toBe('VALIDATION');
    expect(error.details['fields']).toHaveLength(20);
  });

  it('does not echo names without bound', () => {
    const error = refusalOf(() => parse(body, { name: 'x', ['k'.repeat(100_000)]: 1 }));
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('query parameters', () => {
  const query = z.object({
    page: numberParam(1, 1),
    limit: limitParam(20),
    tags: listParam(z.string().min(1), 2).optional(),
  });

  it('have defaults, and a page is never larger than 100', () => {
    expect(parse(query, {})).toEqual({ page: 1, limit: 20 });
    expect(parse(query, { page: '3', limit: '5000' })).toEqual({ page: 3, limit: 100 });
  });

  it.each([
    { page: '0' },
    { page: '-1' },
    { page: '1.5' },
    { limit: 'all' },
    { limit: '0' },
    { limit: '' },
  ])('refuse %j', (given) => {
    expect(() => parse(query, given)).toThrow();
  });

  it('that may be repeated are a list however often they are given', () => {
    expect(parse(query, { tags: 'a' }).tags).toEqual(['a']);
    expect(parse(query, { tags: ['a', 'b'] }).tags).toEqual(['a', 'b']);
    expect(() => parse(query, { tags: ['a', 'b', 'c'] })).toThrow('tags');
    expect(() => parse(query, { page: ['1', '2'] })).toThrow('page');
  });
});
