import type { RunPolicy } from './events';

type RetryPolicy = RunPolicy['retry'];

/** No delay is shorter before jitter, unless the policy's own maximum is (contracts/jobs.md B.5). */
export const MIN_RETRY_DELAY_MS = 1000;
/** No delay is longer before jitter, whatever the policy says (contracts/jobs.md B.5). */
export const MAX_RETRY_DELAY_MS = 3_600_000;
/** Doubling beyond this is past every cap and would only lose precision. */
const MAX_DOUBLINGS = 40;

/**
 * Delay in ms before the next try, after `failures` failed ones (1 or more): by strategy, floored and
 * capped, then varied by the policy's jitter at the place `random` in [0, 1) gives. `retryAfterMs`, what
 * the other side asked for, is honoured up to the cap and not varied.
 */
export function retryDelayMs(
  retry: RetryPolicy,
  failures: number,
  random: number,
  retryAfterMs = 0,
): number {
  const cap = Math.min(retry.maxMs, MAX_RETRY_DELAY_MS);
  const planned = Math.min(Math.max(plannedMs(retry, failures), MIN_RETRY_DELAY_MS), cap);
  const varied = planned * (1 + retry.jitter * (2 * random - 1));
  return Math.round(Math.max(varied, Math.min(retryAfterMs, cap)));
}

function plannedMs(retry: RetryPolicy, failures: number): number {
  switch (retry.strategy) {
    case 'exponential':
      return retry.baseMs * 2 ** Math.min(failures - 1, MAX_DOUBLINGS);
    case 'linear':
      return retry.baseMs * failures;
    case 'fixed':
      return retry.baseMs;
    case 'custom':
      return retry.delaysMs?.[failures - 1] ?? retry.delaysMs?.at(-1) ?? retry.baseMs;
  }
}
