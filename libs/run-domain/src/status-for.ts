import type { RunStatus } from './status';

/** How each door calls the canonical statuses (DESIGN, "The run"; the jobs door uses them as they are). */
const AUTOMATION = {
  delayed: 'running',
  queued: 'running',
  dequeued: 'running',
  executing: 'running',
  waiting: 'running',
  paused: 'running',
  completed: 'completed',
  failed: 'failed',
  timed_out: 'timeout',
  crashed: 'failed',
  system_failed: 'failed',
  canceled: 'canceled',
  expired: 'failed',
  dead_letter: 'dead_letter',
} as const satisfies Record<RunStatus, string>;

const PIPELINES = {
  delayed: 'pending',
  queued: 'pending',
  dequeued: 'pending',
  executing: 'running',
  waiting: 'running',
  paused: 'running',
  completed: 'success',
  failed: 'failed',
  timed_out: 'failed',
  crashed: 'failed',
  system_failed: 'failed',
  canceled: 'cancelled',
  expired: 'cancelled',
  dead_letter: 'failed',
} as const satisfies Record<RunStatus, string>;

export type Door = 'jobs' | 'automation' | 'pipelines';
export type AutomationStatus = (typeof AUTOMATION)[RunStatus];
export type PipelinesStatus = (typeof PIPELINES)[RunStatus] | 'blocked';

interface Circumstances {
  /** True for a pipeline run that waits because a gate refused it (contracts/pipelines.md B.9). */
  readonly refusedByGate?: boolean;
}

/** A canonical status in the words of a door. */
export function statusFor(door: 'jobs', status: RunStatus): RunStatus;
export function statusFor(door: 'automation', status: RunStatus): AutomationStatus;
export function statusFor(
  door: 'pipelines',
  status: RunStatus,
  circumstances?: Circumstances,
): PipelinesStatus;
export function statusFor(door: Door, status: RunStatus, circumstances?: Circumstances): string;
export function statusFor(
  door: Door,
  status: RunStatus,
  circumstances: Circumstances = {},
): string {
  switch (door) {
    case 'jobs':
      return status;
    case 'automation':
      return AUTOMATION[status];
    case 'pipelines':
      return status === 'waiting' && circumstances.refusedByGate ? 'blocked' : PIPELINES[status];
  }
}
