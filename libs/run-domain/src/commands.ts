import type {
  OverrideTarget,
  QueueReason,
  RunEvent,
  RunEventData,
  RunRequested,
  Wait,
} from './events';
import type { FailureReason, Json, Payload, RunError } from './values';

/** The time of the decision, UTC ISO 8601 with milliseconds. The domain reads no clock. */
interface At {
  readonly now: string;
}

/**
 * A report of whoever works on an attempt. `claim`, where the reporter knows it, refuses a report of
 * an earlier claim of the same attempt (after a restart, a resume or a wait).
 */
interface Report extends At {
  readonly attempt: number;
  readonly claim?: number;
}

/** A report whose reporter may not know the attempt. */
interface LooseReport extends At {
  readonly attempt?: number;
  readonly claim?: number;
}

/** Drawn by the caller, in [0, 1): where in its jitter a retry delay falls. */
interface Chance {
  readonly random: number;
}

/** A step of an attempt in progress, as its executor tells it. */
export type StepEvent = Extract<RunEvent, { readonly type: 'StepCompleted' | 'StepFailed' }>;

interface CommandFields {
  RequestRun: At & { readonly request: RunRequested };
  /**
   * delayed, waiting, dequeued (or, snoozed, executing) -> queued. `payload` is what an event or a child
   * brought; `key` names the wait that ended and refuses a stale one; `notBefore` is of a snooze.
   */
  QueueRun: At & {
    readonly reason: QueueReason;
    readonly payload?: Payload;
    readonly key?: string;
    readonly notBefore?: string;
  };
  DequeueRun: At & { readonly executor: string };
  StartAttempt: At & { readonly executor: string };
  RecordSteps: Report & { readonly steps: readonly StepEvent[] };
  WaitRun: Report & { readonly wait: Wait; readonly logLines?: number };
  CompleteRun: LooseReport & { readonly output: Payload };
  /** `final`: no retry and no dead letter whatever the policy says, as when a worker itself gives up (jobs B.1). */
  FailAttempt: Report &
    Chance & {
      readonly reason: FailureReason;
      readonly error: RunError;
      readonly retryAfterMs?: number;
      readonly final?: boolean;
    };
  /** With `attempt`: its holder says so. Without: a clock does, and the deadline must have passed. */
  TimeOutRun: LooseReport & Chance & { readonly error?: RunError };
  CrashAttempt: At & Chance & { readonly executor: string; readonly error: RunError };
  SystemFailRun: At & { readonly error: RunError };
  CancelRun: At & { readonly reason: string };
  PauseRun: At & { readonly reason?: string };
  ResumeRun: At & { readonly reason?: string };
  /** Puts an executing or paused run back to queued, same attempt; an executor that drains does it too. */
  RestartRun: At & { readonly reason?: string };
  RescheduleRun: At & { readonly scheduledAt: string; readonly payload?: Payload };
  ExpireRun: At;
  ReplayDeadLetter: At & { readonly expiresAt?: string };
  SaveCheckpoint: LooseReport & { readonly source: string; readonly state: Payload };
  RecordUsage: LooseReport & RunEventData['UsageRecorded'];
  RecordToolCall: LooseReport & RunEventData['ToolCallRecorded'];
  SetOutput: LooseReport & {
    readonly key: string;
    readonly schema?: Json;
    readonly value: Payload;
  };
  SetState: LooseReport & { readonly key: string; readonly value: Payload };
  AnnotateRun: At & { readonly metadata: Readonly<Record<string, string>> };
  SetDebugMode: At & { readonly debugMode: boolean };
  OverrideStep: At & { readonly key: string; readonly output: Payload; readonly reason: string };
  OverrideRun: At & { readonly to: OverrideTarget; readonly reason: string };
}

export type RunCommandType = keyof CommandFields;

/** A command of one type, for the function that decides it. */
export type CommandOf<T extends RunCommandType> = { readonly type: T } & CommandFields[T];

/** Everything that may be asked of a run, imperative. */
export type RunCommand = { [T in RunCommandType]: CommandOf<T> }[RunCommandType];
