import { DomainError } from '@runnel/errors';

import { translatePostgresError, violatedConstraint } from './postgres-errors';

const driverError = (code: string, more: object = {}): Error =>
  Object.assign(new Error('query failed'), {
    driverError: Object.assign(new Error(code), { code }, more),
  });

describe(translatePostgresError, () => {
  it.each([
    ['ECONNREFUSED', 'UNAVAILABLE'],
    ['57P01', 'UNAVAILABLE'],
    ['57014', 'UNAVAILABLE'],
    ['53300', 'UNAVAILABLE'],
    ['08006', 'UNAVAILABLE'],
    ['25006', 'UNAVAILABLE'],
    ['40P01', 'CONCURRENCY_CONFLICT'],
    ['40001', 'CONCURRENCY_CONFLICT'],
    ['22021', 'VALIDATION'],
    ['22P02', 'VALIDATION'],
    ['23503', 'NOT_FOUND'],
    ['23505', 'CONFLICT'],
  ])('reads %s as %s', (code, expected) => {
    expect(translatePostgresError(driverError(code))).toMatchObject({ code: expected });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Cannot use a pool after calling end on the pool',
  ])('reads "%s" as unavailable', (text) => {
    expect(translatePostgresError(new Error(text))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('leaves bugs and refusals as they are', () => {
    for (const error of [
      driverError('42601'),
      new TypeError('x is not a function'),
      new DomainError('CONFLICT', 'no'),
      'thrown text',
    ]) {
      expect(translatePostgresError(error)).toBe(error);
    }
  });
});

describe(violatedConstraint, () => {
  it('names the unique constraint, of nothing else', () => {
    expect(violatedConstraint(driverError('23505', { constraint: 'api_key_hash' }))).toBe(
      'api_key_hash',
    );
    const translated = translatePostgresError(driverError('23505', { constraint: 'api_key_hash' }));
    expect(violatedConstraint(translated)).toBe('api_key_hash');
    expect(violatedConstraint(driverError('23503', { constraint: 'fk' }))).toBeUndefined();
    expect(violatedConstraint(undefined)).toBeUndefined();
  });
});
