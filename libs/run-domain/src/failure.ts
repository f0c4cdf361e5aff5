import type { FailureReason } from './values';

/** What a failure of that kind means for the run. */
export interface FailureClass {
  /** True when another try may help. */
  readonly retryable: boolean;
  /** How the run ends when no try is left (a dead letter instead of `failed` where the policy says so). */
  readonly status: 'failed' | 'timed_out';
}

/**
 * The closed mapping from a reason to its consequence (contracts/jobs.md B.4): errors of the caller, of
 * credentials, of memory and of budget are never retried.
 */
export function classifyFailure(reason: FailureReason): FailureClass {
  switch (reason) {
    case 'error':
    case 'rate_limited':
    case 'server':
    case 'transient':
    case 'connection':
    case 'unknown':
      return { retryable: true, status: 'failed' };
    case 'timeout':
      return { retryable: true, status: 'timed_out' };
    case 'auth':
    case 'client':
    case 'oom':
    case 'budget':
      return { retryable: false, status: 'failed' };
    default:
      return reason satisfies never;
  }
}
