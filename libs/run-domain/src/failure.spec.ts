import { classifyFailure } from './failure';
import { FAILURE_REASONS } from './values';

describe(classifyFailure, () => {
  it('retries what may go away by itself, and nothing else', () => {
    const retried = FAILURE_REASONS.filter((reason) => classifyFailure(reason).retryable);
    expect(retried).toEqual([
      'error',
      'timeout',
      'rate_limited',
      'server',
      'transient',
      'connection',
      'unknown',
    ]);
  });

  it('ends a run that is over time as timed out, every other as failed', () => {
    const timedOut = FAILURE_REASONS.filter(
      (reason) => classifyFailure(reason).status === 'timed_out',
    );
    expect(timedOut).toEqual(['timeout']);
  });
});
