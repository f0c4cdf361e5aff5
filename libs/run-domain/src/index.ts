export type { Actor, Commit, OutputLine, StoredEvent } from './commit';
export type {
  QueueReason,
  RunEvent,
  RunEventData,
  RunEventType,
  RunPolicy,
  RunRequested,
  StepCompleted,
  StepFailed,
  StepRef,
  Wait,
} from './events';
export { isTerminalStatus, RUN_STATUSES, TERMINAL_STATUSES } from './status';
export type { RunStatus, TerminalStatus } from './status';
export { FAILURE_REASONS, RUN_KINDS, TRIGGER_TYPES } from './values';
export type { Claim, FailureReason, Json, Payload, RunError, RunKind, TriggerType } from './values';
