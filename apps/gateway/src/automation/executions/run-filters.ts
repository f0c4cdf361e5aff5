import { RUN_STATUSES, type RunStatus, statusFor } from '@runnel/run-domain';

/** What `?status=` may say (contracts/automation.md C.1). */
export const RUN_FILTERS = [
  'success',
  'completed',
  'failure',
  'failed',
  'running',
  'dead_letter',
  'timeout',
  'canceled',
] as const;
export type RunFilter = (typeof RUN_FILTERS)[number];

/** What `?triggeredBy=` may say. */
export const TRIGGER_FILTERS = ['manual', 'webhook', 'schedule', 'pattern_call', 'email'] as const;

const SHOWN: Readonly<Record<RunFilter, readonly string[]>> = {
  success: ['completed'],
  completed: ['completed'],
  failure: ['failed', 'timeout'],
  failed: ['failed', 'timeout'],
  running: ['running'],
  dead_letter: ['dead_letter'],
  timeout: ['timeout'],
  canceled: ['canceled'],
};

/** The canonical statuses that a filter of this door means. */
export function statusesOf(filter: RunFilter): RunStatus[] {
  const shown = SHOWN[filter];
  return RUN_STATUSES.filter((status) => shown.includes(statusFor('automation', status)));
}
