export type {
  FiredNote,
  GuestError,
  GuestNotes,
  GuestRequest,
  JournalEntry,
  LogLevel,
  LogNote,
  SandboxHost,
  SandboxLimits,
  SandboxResult,
  SandboxRun,
  StepCall,
  ValueKind,
  ValueNote,
} from './api';
export { isNestedDeeper } from './child/json-depth';
export { DEFAULT_LIMITS, LIMIT_CODES, NO_NOTES } from './limits';
export type { LimitCode } from './limits';
export type { SandboxLogger } from './dispatcher';
export { SandboxPool } from './sandbox-pool';
export type { SandboxPoolOptions, SandboxStats } from './sandbox-pool';
export { isSuspendRun, SuspendRun } from './suspend-run';
