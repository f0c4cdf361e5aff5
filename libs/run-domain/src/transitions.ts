import type { RunEventType } from './events';
import type { StateStatus } from './state';
import { RUN_STATUSES, type RunStatus } from './status';

/** One line of the table: this event moves a run from here to there, for that cause. */
export interface Transition {
  readonly from: StateStatus;
  readonly to: RunStatus;
  readonly event: RunEventType;
  readonly cause: string;
}

const t = (from: StateStatus, to: RunStatus, event: RunEventType, cause: string): Transition => ({
  from,
  to,
  event,
  cause,
});

const OVERRIDE_TARGETS = ['queued', 'completed', 'failed', 'canceled'] as const;

/** An operator may move a run from any status to any target (DESIGN, "The run"). */
const overrides = RUN_STATUSES.flatMap((from) =>
  OVERRIDE_TARGETS.filter((to) => to !== from).map((to) =>
    t(from, to, 'RunOverridden', 'an operator moves it by hand'),
  ),
);

/**
 * Every change of status a run can go through (contracts/jobs.md B.2, with its repairs: waiting resumes,
 * pause is a status, waiting expires). Nothing else moves a run: `evolve` refuses the rest.
 */
export const TRANSITIONS: readonly Transition[] = [
  t('absent', 'delayed', 'RunRequested', 'asked for a later time'),
  t('absent', 'waiting', 'RunRequested', 'depends on upstream runs'),
  t('absent', 'queued', 'RunRequested', 'asked for now'),
  t('delayed', 'queued', 'RunQueued', 'its time has come'),
  t('delayed', 'queued', 'RunRescheduled', 'rescheduled to the past'),
  t('delayed', 'canceled', 'RunCanceled', 'canceled'),
  t('delayed', 'expired', 'RunExpired', 'not started in time'),
  t('queued', 'delayed', 'RunRescheduled', 'rescheduled to the future'),
  t('queued', 'dequeued', 'RunDequeued', 'taken by an executor'),
  t('queued', 'executing', 'AttemptStarted', 'claimed and started at once'),
  t('queued', 'canceled', 'RunCanceled', 'canceled'),
  t('queued', 'expired', 'RunExpired', 'not started in time'),
  t('dequeued', 'executing', 'AttemptStarted', 'dispatch starts'),
  t('dequeued', 'queued', 'RunQueued', 'snoozed, or the claim went stale'),
  t('dequeued', 'canceled', 'RunCanceled', 'canceled'),
  t('dequeued', 'system_failed', 'RunSystemFailed', 'platform fault'),
  t('executing', 'completed', 'RunCompleted', 'the work succeeded'),
  t('executing', 'failed', 'RunFailed', 'failed for good'),
  t('executing', 'dead_letter', 'RunDeadLettered', 'failed for good, kept for a person'),
  t('executing', 'timed_out', 'RunTimedOut', 'over time, no try left'),
  t('executing', 'crashed', 'RunCrashed', 'took down too many executors'),
  t('executing', 'queued', 'RunRetryScheduled', 'retry after a failure or a crash'),
  t('executing', 'queued', 'RunRestarted', 'restarted'),
  t('executing', 'queued', 'RunQueued', 'snoozed'),
  t('executing', 'waiting', 'RunWaiting', 'waits for a timer, an event, a child'),
  t('executing', 'paused', 'RunPaused', 'paused'),
  t('executing', 'canceled', 'RunCanceled', 'canceled'),
  t('executing', 'system_failed', 'RunSystemFailed', 'platform fault'),
  t('waiting', 'queued', 'RunQueued', 'what it waited for has come'),
  t('waiting', 'completed', 'RunCompleted', 'the worker completes it while it waits'),
  t('waiting', 'failed', 'RunFailed', 'the worker fails it while it waits'),
  t('waiting', 'timed_out', 'RunTimedOut', 'what it waited for did not come in time'),
  t('waiting', 'canceled', 'RunCanceled', 'canceled'),
  t('waiting', 'expired', 'RunExpired', 'its upstream did not come in time'),
  t('paused', 'queued', 'RunResumed', 'resumed'),
  t('paused', 'queued', 'RunRestarted', 'restarted'),
  t('paused', 'canceled', 'RunCanceled', 'canceled'),
  t('dead_letter', 'queued', 'RunReplayed', 'replayed by a person'),
  ...overrides,
];

/** Events that are facts about a run and leave its status as it is, and the statuses in which they happen. */
export const STATUS_KEEPING: Partial<Record<RunEventType, readonly RunStatus[]>> = {
  RunRescheduled: ['delayed', 'queued'],
  StepCompleted: ['executing'],
  StepFailed: ['executing'],
  AttemptFailed: ['executing', 'waiting'],
  AttemptCrashed: ['executing'],
  CheckpointSaved: ['executing', 'waiting'],
  UsageRecorded: ['executing', 'waiting'],
  ToolCallRecorded: ['executing', 'waiting'],
  OutputSet: ['executing', 'waiting'],
  StateSet: ['executing', 'waiting'],
  RunAnnotated: ['delayed', 'queued', 'dequeued', 'executing', 'waiting', 'paused'],
  DebugModeSet: RUN_STATUSES,
  StepOverridden: RUN_STATUSES,
};

const moves = new Set<string>();
for (const { event, from, to } of TRANSITIONS) moves.add(`${event} ${from} ${to}`);
for (const [event, statuses] of Object.entries(STATUS_KEEPING)) {
  for (const status of statuses) moves.add(`${event} ${status} ${status}`);
}

/** True when that event may take a run from one status to the other (or leave it where it is). */
export function isLegalMove(event: RunEventType, from: StateStatus, to: StateStatus): boolean {
  return moves.has(`${event} ${from} ${to}`);
}
