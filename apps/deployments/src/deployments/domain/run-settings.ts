import type { RunPolicy } from '@runnel/run-domain';

/** How unattended runs are retried by themselves. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly backoffSeconds: number;
  readonly factor: number;
}

/** What a deployment says of its runs; null: what the installation says. */
export interface RunSettings {
  readonly retryPolicy: RetryPolicy | null;
  /** Wall clock of a run in ms; of each attempt where runs are retried. */
  readonly timeoutMs: number | null;
}

/** No delay between two tries is longer, whatever the factor says. */
const MAX_DELAY_MS = 3_600_000;

/**
 * The rules of a deployment's runs (contracts/automation.md C.2, C.6). Where runs are retried the time limit is
 * of each attempt, so that a pause between two tries takes no time from the next, and a run that fails its
 * last try is a dead letter.
 */
export function runPolicyOf({ retryPolicy, timeoutMs }: RunSettings, base: RunPolicy): RunPolicy {
  const ms = timeoutMs ?? base.timeout.ms;
  if (retryPolicy === null || retryPolicy.maxAttempts === 1) {
    return { ...base, timeout: { ...base.timeout, ms } };
  }
  const { maxAttempts } = retryPolicy;
  return {
    ...base,
    maxAttempts,
    retry: { ...retryOf(retryPolicy), jitter: base.retry.jitter },
    timeout: { ms, scope: 'attempt' },
    deadLetterFrom: Math.min(base.deadLetterFrom ?? maxAttempts, maxAttempts),
  };
}

function retryOf({ maxAttempts, backoffSeconds, factor }: RetryPolicy) {
  const baseMs = Math.round(backoffSeconds * 1_000);
  const maxMs = MAX_DELAY_MS;
  if (factor === 1) return { strategy: 'fixed', baseMs, maxMs } as const;
  if (factor === 2) return { strategy: 'exponential', baseMs, maxMs } as const;
  const delaysMs = Array.from({ length: maxAttempts - 1 }, (_, n) =>
    Math.min(Math.round(baseMs * factor ** n), maxMs),
  );
  return { strategy: 'custom', baseMs, maxMs, delaysMs } as const;
}
