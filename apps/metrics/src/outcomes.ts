import type { RunStatus } from '@runnel/run-domain';

/** How statistics count the ends of runs (contracts/automation.md C.1 with DESIGN's table of statuses). */
export const SUCCESS: RunStatus = 'completed';

/** A canceled run has ended, and is neither. */
export const FAILURES: readonly RunStatus[] = [
  'failed',
  'timed_out',
  'crashed',
  'system_failed',
  'expired',
  'dead_letter',
];
