import { ConcurrencyError, DomainError, InvalidInputError, UnavailableError } from '@runnel/errors';

import { errorBody } from './error-body';
import { HttpProblem, problemOf } from './problem';

const domain = (code: string): Error => new DomainError(code, 'no');

describe(problemOf, () => {
  it.each([
    [new InvalidInputError('VALIDATION', 'no'), 400],
    [domain('PATTERN_NOT_FOUND'), 404],
    [domain('NOT_FOUND'), 404],
    [domain('NOT_DEPLOYED'), 404],
    [domain('PATTERN_DEPLOYED'), 409],
    [domain('EMAIL_ALREADY_EXISTS'), 409],
    [domain('CONFLICT'), 409],
    [domain('FORBIDDEN'), 403],
    [domain('LOCAL_AUTH_DISABLED'), 403],
    [domain('UNAUTHORIZED'), 401],
    [domain('INVALID_CREDENTIALS'), 401],
    [domain('PAUSED'), 400],
    [domain('ALREADY_PAUSED'), 400],
    [domain('NOT_PAUSED'), 400],
    [domain('DEPLOYMENT_NOT_ACTIVE'), 400],
    [domain('TRANSPILE_FAILED'), 422],
    [new InvalidInputError('INVALID_CODE', 'no'), 400],
    [new ConcurrencyError('no'), 503],
    [new UnavailableError('nats', 'no'), 503],
  ])('%s becomes %d', (error, status) => {
    expect(problemOf(error)).toMatchObject({ status, message: 'no' });
  });

  it('says when to come back', () => {
    const error = new UnavailableError('nats', 'away', { retryAfterSeconds: 7 });
    expect(problemOf(error).headers).toEqual({ 'retry-after': '7' });
    expect(problemOf(new ConcurrencyError('busy')).headers).toEqual({ 'retry-after': '1' });
  });

  it.each([new Error('secret detail'), new TypeError('x is not a function'), 'text', undefined])(
    'tells nothing of what it does not know: %s',
    (error) => {
      expect(problemOf(error)).toEqual({
        status: 500,
        code: 'INTERNAL',
        message: 'internal server error',
        global: true,
      });
    },
  );

  it('does not believe a foreign error that calls itself a server error', () => {
    const error = Object.assign(new Error('detail'), { statusCode: 502 });
    expect(problemOf(error).status).toBe(500);
  });

  it('knows the refusals of the framework', () => {
    const tooLarge = Object.assign(new Error('x'), {
      code: 'FST_ERR_CTP_BODY_TOO_LARGE',
      statusCode: 413,
    });
    expect(problemOf(tooLarge)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const other = Object.assign(new Error('x'), { statusCode: 400 });
    expect(problemOf(other)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe(errorBody, () => {
  const problem = new HttpProblem(404, 'NOT_FOUND', 'gone', { extra: { data: { runId: 'r' } } });

  it('has a shape for each door, with the code where each looks for it', () => {
    expect(errorBody('flat', problem, 'req_1')).toEqual({
      success: false,
      error: 'gone',
      code: 'NOT_FOUND',
      data: { runId: 'r' },
    });
    expect(errorBody('nested', problem, 'req_1')).toEqual({
      success: false,
      error: { code: 'NOT_FOUND', message: 'gone' },
      code: 'NOT_FOUND',
      data: { runId: 'r' },
    });
    expect(errorBody('jobs', problem, 'req_1')).toEqual({
      error: 'gone',
      code: 'NOT_FOUND',
      request_id: 'req_1',
      data: { runId: 'r' },
    });
  });

  it('names the request when the fault is ours', () => {
    const ours = new HttpProblem(503, 'UNAVAILABLE', 'away');
    expect(errorBody('flat', ours, 'req_1')).toMatchObject({ requestId: 'req_1' });
    expect(errorBody('nested', ours, 'req_1')).toMatchObject({ requestId: 'req_1' });
  });

  it('tells all that is wrong with a graph', () => {
    const errors = [{ nodeId: 'n', message: 'm', code: 'PIN_NOT_CONNECTED' }];
    const failed = new DomainError('TRANSPILE_FAILED', 'no', { errors, warnings: [] });
    expect(errorBody('nested', problemOf(failed), 'req_1')).toEqual({
      success: false,
      code: 'TRANSPILE_FAILED',
      error: 'no',
      errors,
      warnings: [],
    });
  });
});
