import { z } from 'zod';

import { decode } from './decode';
import { identitySchema } from './identity.schema';
import { line, prose } from './texts';

const schema = z.object({
  fields: z.object({ name: line(5), tags: z.array(line(3)).optional() }),
  count: z.int('must be a whole number').optional(),
});
const message = (request: unknown): string => {
  try {
    decode(schema, request);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe(decode, () => {
  it('keeps what is named, and nothing else', () => {
    const request = JSON.parse(
      '{"fields":{"name":" ab ","__proto__":{"x":1}},"extra":1}',
    ) as unknown;
    expect(decode(schema, request)).toEqual({ fields: { name: 'ab' } });
  });

  it.each([
    [{ fields: {} }, 'name is required'],
    [{ fields: { name: 5 } }, 'name must be a string'],
    [{ fields: { name: null } }, 'name must be a string'],
    [{ fields: { name: '  ' } }, 'name is required'],
    [{ fields: { name: '123456' } }, 'name must have at most 5 characters'],
    [{ fields: { name: 'a\tb' } }, 'name must not contain control characters'],
    [{ fields: { name: '\ud800' } }, 'name must not contain half a character (a lone surrogate)'],
    [{ fields: { name: 'a', tags: ['ok', 'long'] } }, 'tags.1 must have at most 3 characters'],
    [{ fields: { name: 'a' }, count: 1.5 }, 'count must be a whole number'],
    [{}, 'request is required'],
    ['text', 'request must be an object'],
  ])('says of %j: %s', (request, expected) => {
    expect(message(request)).toBe(expected);
  });
});

describe(prose, () => {
  it('takes line breaks but no NUL', () => {
    expect(decode(prose(10), 'a\nb')).toBe('a\nb');
    expect(() => decode(prose(10), 'a\0b')).toThrow('NUL');
    expect(decode(prose(10), '😀')).toBe('😀');
    expect(() => decode(prose(10), '😀'.slice(1))).toThrow('half a character');
  });
});

describe('identitySchema', () => {
  it.each([
    undefined,
    {},
    { kind: 'root', id: 'x', project: 'y' },
    { kind: 'user', id: 'usr_1', project: 'prj_1' },
    { kind: 'user', id: 'usr_1', project: 'prj_1', role: 'owner' },
    { kind: 'user', id: 'usr_1', project: '', role: 'admin' },
    { kind: 'user', id: 'usr_1', project: "x' OR 1=1", role: 'admin' },
    { kind: 'api_key', id: 'key_1', project: 'prj_1' },
    { kind: 'api_key', id: 'key_1', project: 'prj_1', scopes: '*' },
  ])('is not fooled by %j', (identity) => {
    expect(identitySchema.safeParse(identity).success).toBe(false);
  });
});
