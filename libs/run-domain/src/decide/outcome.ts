import type { RunEvent } from '../events';
import { refreshedExpiry } from '../expiry';
import { classifyFailure } from '../failure';
import { retryDelayMs } from '../retry-delay';
import type { ExistingRun } from '../state';
import { after } from '../times';
import type { FailureReason, RunError } from '../values';

/** Beyond this a boost does not lift a run (contracts/jobs.md B.5). */
const MAX_PRIORITY = 10;

interface Failure {
  readonly reason: FailureReason;
  readonly error: RunError;
  readonly now: string;
  readonly random: number;
  readonly retryAfterMs?: number;
}

/** What follows a failed attempt: another try while the class and the policy allow one, else the end. */
export function afterFailure(run: ExistingRun, failure: Failure): RunEvent {
  const { retryable, status } = classifyFailure(failure.reason);
  const { policy } = run.request;
  const failures = run.failures + 1;
  const outOfTime = failure.reason === 'timeout' && policy.timeout.scope === 'run';
  if (retryable && !outOfTime && failures < policy.maxAttempts) {
    const delayMs = retryDelayMs(policy.retry, failures, failure.random, failure.retryAfterMs);
    return nextTry(run, after(failure.now, delayMs));
  }
  const end = { attempt: run.attempt, error: failure.error };
  if (status === 'timed_out') return { type: 'RunTimedOut', data: end };
  // A crash makes a new attempt without using a try (ADR 5): tries are counted, not attempts.
  return run.request.firstAttempt + run.failures >= (policy.deadLetterFrom ?? Infinity)
    ? { type: 'RunDeadLettered', data: end }
    : { type: 'RunFailed', data: end };
}

interface Crash {
  readonly error: RunError;
  readonly now: string;
  readonly random: number;
}

/**
 * What follows a crash. A graph is journaled: it goes on at once, without using a try, until it has taken
 * down too many executors in a row. Other kinds use a try, and end as crashed with the last one.
 */
export function afterCrash(run: ExistingRun, crash: Crash): RunEvent {
  const { kind, policy } = run.request;
  const end: RunEvent = { type: 'RunCrashed', data: { attempt: run.attempt, error: crash.error } };
  if (kind === 'graph') {
    const tooMany = run.crashesWithoutProgress + 1 > policy.maxCrashesWithoutProgress;
    return tooMany ? end : nextTry(run, crash.now);
  }
  const failures = run.failures + 1;
  if (failures >= policy.maxAttempts) return end;
  return nextTry(run, after(crash.now, retryDelayMs(policy.retry, failures, crash.random)));
}

function nextTry(run: ExistingRun, notBefore: string): RunEvent {
  const boost = run.request.policy.retry.priorityBoost ?? 0;
  const expiresAt = refreshedExpiry(run, notBefore);
  return {
    type: 'RunRetryScheduled',
    data: {
      attempt: run.attempt + 1,
      notBefore,
      ...(expiresAt !== undefined && { expiresAt }),
      ...(boost > 0 && { priority: Math.min(run.priority + boost, MAX_PRIORITY) }),
    },
  };
}
