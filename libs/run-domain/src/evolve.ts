import { InvalidInputError } from '@runnel/errors';

import type { RunEvent, RunEventData, RunEventType } from './events';
import * as ends from './evolve/ends';
import * as facts from './evolve/facts';
import * as moves from './evolve/moves';
import { requested } from './evolve/requested';
import type { ExistingRun, RunState } from './state';
import { isLegalMove } from './transitions';

type Fold<T extends RunEventType> = (
  run: ExistingRun,
  data: RunEventData[T],
  at: string,
) => ExistingRun;

/** What each event makes of a run that exists. An event without a line does not compile. */
const FOLDS: { readonly [T in Exclude<RunEventType, 'RunRequested'>]: Fold<T> } = {
  RunQueued: moves.queued,
  RunDequeued: moves.dequeued,
  AttemptStarted: moves.attemptStarted,
  StepCompleted: facts.stepCompleted,
  StepFailed: facts.stepFailed,
  StepOverridden: facts.unchanged,
  RunWaiting: moves.waiting,
  AttemptFailed: facts.attemptFailed,
  AttemptCrashed: facts.attemptCrashed,
  RunRetryScheduled: moves.retryScheduled,
  RunPaused: moves.paused,
  RunResumed: moves.resumed,
  RunRestarted: moves.resumed,
  RunRescheduled: moves.rescheduled,
  RunReplayed: moves.replayed,
  RunOverridden: ends.overridden,
  RunCompleted: ends.completed,
  RunFailed: ends.failed,
  RunTimedOut: ends.timedOut,
  RunCrashed: ends.crashed,
  RunSystemFailed: ends.systemFailed,
  RunCanceled: ends.canceled,
  RunExpired: ends.expired,
  RunDeadLettered: ends.deadLettered,
  CheckpointSaved: facts.checkpointSaved,
  UsageRecorded: facts.unchanged,
  ToolCallRecorded: facts.unchanged,
  OutputSet: facts.unchanged,
  StateSet: facts.unchanged,
  RunAnnotated: facts.annotated,
  DebugModeSet: facts.debugModeSet,
};

/**
 * The state after an event. Pure; `at` is the time of the event's commit (ISO). Throws InvalidInputError
 * EVENT_ILLEGAL for an event that the state machine does not know or not allow from this state: the
 * history is broken, and no state can be told.
 */
export function evolve(state: RunState, event: RunEvent, at: string): RunState {
  const next = fold(state, event, at);
  if (!isLegalMove(event.type, state.status, next.status)) throw illegal(state, event);
  return next;
}

function fold(state: RunState, event: RunEvent, at: string): ExistingRun {
  if (event.type === 'RunRequested') return requested(event.data, at);
  if (state.status === 'absent' || !Object.hasOwn(FOLDS, event.type)) throw illegal(state, event);
  // The table's type ties each fold to the data of its event, which an index cannot express.
  return FOLDS[event.type](state, event.data as never, at);
}

function illegal(state: RunState, event: RunEvent): InvalidInputError {
  const { type } = event;
  return new InvalidInputError(
    'EVENT_ILLEGAL',
    `${type} cannot follow: the run is ${state.status}`,
    {
      type,
      status: state.status,
    },
  );
}
