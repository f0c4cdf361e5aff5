import type { RunEventType } from './events';

/**
 * The current shape of each event's data. Adding an optional field does not raise a number; any other
 * change does, and needs an upcaster (upcast/) and a new golden file. A type is never renamed or removed.
 */
export const SCHEMA_VERSIONS: Readonly<Record<RunEventType, number>> = {
  RunRequested: 1,
  RunQueued: 1,
  RunDequeued: 1,
  AttemptStarted: 1,
  StepCompleted: 1,
  StepFailed: 1,
  StepOverridden: 1,
  RunWaiting: 1,
  AttemptFailed: 1,
  AttemptCrashed: 1,
  RunRetryScheduled: 1,
  RunPaused: 1,
  RunResumed: 1,
  RunRestarted: 1,
  RunRescheduled: 1,
  RunReplayed: 1,
  RunOverridden: 1,
  RunCompleted: 1,
  RunFailed: 1,
  RunTimedOut: 1,
  RunCrashed: 1,
  RunSystemFailed: 1,
  RunCanceled: 1,
  RunExpired: 1,
  RunDeadLettered: 1,
  CheckpointSaved: 1,
  UsageRecorded: 1,
  ToolCallRecorded: 1,
  OutputSet: 1,
  StateSet: 1,
  RunAnnotated: 1,
  DebugModeSet: 1,
};

/** Every event type there is. */
export const RUN_EVENT_TYPES = Object.keys(SCHEMA_VERSIONS) as readonly RunEventType[];
