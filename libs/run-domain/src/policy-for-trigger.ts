import type { RunPolicy } from './events';
import type { TriggerType } from './values';

/** Triggers nobody stands behind who would try again: their runs are retried by themselves where a policy says so. */
const UNATTENDED: ReadonlySet<TriggerType> = new Set(['webhook', 'schedule', 'email']);

/**
 * The policy of a run of a deployment: retries of its own for unattended triggers only (contracts/automation.md
 * C.2); what a person asks for, a manual run, a retry or a replay (`repeated`), is tried once and answered.
 */
export function policyForTrigger(
  policy: RunPolicy,
  trigger: TriggerType,
  repeated = false,
): RunPolicy {
  if (policy.maxAttempts === 1 || (UNATTENDED.has(trigger) && !repeated)) return policy;
  return { ...policy, maxAttempts: 1, timeout: { ...policy.timeout, scope: 'run' } };
}
