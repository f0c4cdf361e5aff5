import { isConnectionProblem, sqlState } from './postgres-errors';

const withCode = (code: string, message = 'no') => Object.assign(new Error(message), { code });

describe(isConnectionProblem, () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300'])(
    'knows %s',
    (code) => {
      expect(isConnectionProblem(withCode(code))).toBe(true);
    },
  );

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    'knows what the driver says without a code: %s',
    (message) => {
      expect(isConnectionProblem(new Error(message))).toBe(true);
    },
  );

  it('looks through wrappers', () => {
    const driverError = withCode('57P01');
    expect(isConnectionProblem(Object.assign(new Error('query failed'), { driverError }))).toBe(
      true,
    );
    expect(isConnectionProblem(new Error('outer', { cause: driverError }))).toBe(true);
    expect(isConnectionProblem(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
  });

  it.each([
    withCode('23505'),
    withCode('42P01'),
    withCode('0800'),
    new Error('boom'),
    'text',
    null,
  ])('leaves other failures alone: %p', (error) => {
    expect(isConnectionProblem(error)).toBe(false);
  });
});

describe(sqlState, () => {
  it('reads the state of a driver error, wrapped or not, and of nothing else', () => {
    expect(sqlState(withCode('23505'))).toBe('23505');
    expect(sqlState(Object.assign(new Error(), { driverError: withCode('22012') }))).toBe('22012');
    expect(sqlState(withCode('ECONNREFUSED'))).toBeUndefined();
    expect(sqlState(undefined)).toBeUndefined();
  });
});
