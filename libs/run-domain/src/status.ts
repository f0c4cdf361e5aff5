/** The canonical statuses of a run (DESIGN, "The run"); every door translates at its edge. */
export const RUN_STATUSES = [
  'delayed',
  'queued',
  'dequeued',
  'executing',
  'waiting',
  'paused',
  'completed',
  'failed',
  'timed_out',
  'crashed',
  'system_failed',
  'canceled',
  'expired',
  'dead_letter',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const TERMINAL_STATUSES = [
  'completed',
  'failed',
  'timed_out',
  'crashed',
  'system_failed',
  'canceled',
  'expired',
  'dead_letter',
] as const satisfies readonly RunStatus[];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** True once a run has ended; only a dead-letter replay or an operator's override leads out again. */
export function isTerminalStatus(status: RunStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly RunStatus[]).includes(status);
}
