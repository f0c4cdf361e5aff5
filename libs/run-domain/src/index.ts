export type { CommandOf, RunCommand, RunCommandType, StepEvent } from './commands';
export type { Actor, Commit, OutputLine, StoredEvent } from './commit';
export { commitOf } from './commit-of';
export type { Decision } from './commit-of';
export { decide, decideAll } from './decide';
export { MAX_SNOOZES } from './decide/queue';
export { MAX_METADATA_ENTRIES } from './decide/reports';
export { decodeCommit } from './decode-commit';
export type {
  OverrideTarget,
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
export { evolve } from './evolve';
export { classifyFailure } from './failure';
export type { FailureClass } from './failure';
export { foldCommit, foldRun } from './fold-run';
export { foldJournal } from './journal';
export type { Journal, JournalStep } from './journal';
export { policyForTrigger } from './policy-for-trigger';
export { retryDelayMs } from './retry-delay';
export { RUN_EVENT_TYPES, SCHEMA_VERSIONS } from './schema-versions';
export { EVENT_SCHEMAS } from './schemas/event-schemas';
export { initialState } from './state';
export type { ExistingRun, RunRequest, RunState, StateStatus } from './state';
export { isTerminalStatus, RUN_STATUSES, TERMINAL_STATUSES } from './status';
export type { RunStatus, TerminalStatus } from './status';
export { statusFor } from './status-for';
export type { AutomationStatus, Door, PipelinesStatus } from './status-for';
export { statusOnRequest, statusOnSchedule } from './status-on-request';
export { STATUS_KEEPING, TRANSITIONS } from './transitions';
export type { Transition } from './transitions';
export { validateCommit } from './validate-commit';
export { FAILURE_REASONS, RUN_KINDS, TRIGGER_TYPES } from './values';
export type { Claim, FailureReason, Json, Payload, RunError, RunKind, TriggerType } from './values';
