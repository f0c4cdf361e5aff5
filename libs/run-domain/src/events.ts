import type { FailureReason, Json, Payload, RunError, RunKind, TriggerType } from './values';

/**
 * The facts of a run, past tense, appended once and never changed. One type per line of the map at the
 * end; `schemas.ts` holds the matching validation, `golden/` one file per type and schema version.
 */

/** How a run retries, times out and ends when it fails for good. */
export interface RunPolicy {
  /** Total tries, not retries; crashes of journaled kinds do not count against it. */
  readonly maxAttempts: number;
  readonly retry: {
    readonly strategy: 'exponential' | 'linear' | 'fixed' | 'custom';
    readonly baseMs: number;
    readonly maxMs: number;
    /** For `custom`: the delay before attempt n+1 is the n-th entry, the last one repeats. */
    readonly delaysMs?: readonly number[];
    /** Share of the delay, 0 to 1, by which it may vary either way. */
    readonly jitter: number;
    /** Added to the priority at each retry, up to 10 (contracts/jobs.md B.5); absent: 0. */
    readonly priorityBoost?: number;
  };
  /** Wall clock in ms: of the whole run from its first attempt (`run`), or of each attempt. */
  readonly timeout: { readonly ms: number; readonly scope: 'run' | 'attempt' };
  /** A run whose last failing attempt has this number or a higher one ends as a dead letter; absent: never. */
  readonly deadLetterFrom?: number;
  /** Executors a run may take down in a row without recording a step before it ends as crashed. */
  readonly maxCrashesWithoutProgress: number;
}

export interface RunRequested {
  readonly kind: RunKind;
  readonly definition: {
    readonly id: string;
    readonly versionId: string;
    readonly version: number;
    readonly name: string;
  };
  readonly deploymentId?: string;
  readonly trigger: {
    readonly type: TriggerType;
    readonly nodeId?: string;
    readonly endpointId?: string;
    readonly scheduledFor?: string;
  };
  readonly payload: Payload;
  /** Number of the first attempt; a manual retry of attempt n starts at n + 1 (contracts/automation.md C.2). */
  readonly firstAttempt: number;
  readonly policy: RunPolicy;
  readonly queue: string;
  /** 0 to 10, larger first. */
  readonly priority: number;
  readonly concurrencyKey?: string;
  readonly scheduledAt?: string;
  /** The run must have started by then. */
  readonly expiresAt?: string;
  /** Upstream the run waits for before it is queued. */
  readonly dependsOn?: readonly string[];
  readonly idempotencyKey?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly parentRunId?: string;
  readonly replayOf?: string;
  readonly retryOf?: string;
  readonly continuationOf?: string;
  readonly lineageDepth?: number;
  readonly batchId?: string;
  readonly debugMode?: boolean;
  /** `immediate` unless a caller holds the connection for the answer (contracts/automation.md E.3). */
  readonly responseMode?: 'immediate' | 'last_node' | 'response_node';
}

export type QueueReason =
  'due' | 'timer' | 'event' | 'child' | 'dependency' | 'snoozed' | 'stale_claim';

/** Where an operator may move a run by hand. */
export type OverrideTarget = 'queued' | 'completed' | 'failed' | 'canceled';

export type Wait =
  | { readonly kind: 'timer'; readonly key: string; readonly until: string }
  | {
      readonly kind: 'event';
      readonly key: string;
      readonly eventKey: string;
      readonly until?: string;
    }
  | {
      readonly kind: 'child';
      readonly key: string;
      readonly childRunId: string;
      readonly until?: string;
    }
  | { readonly kind: 'dependency'; readonly dependsOn: readonly string[] };

/** One node's execution inside an attempt. `key` is `<nodeId>:<firing>` and names the step over all attempts. */
export interface StepRef {
  readonly attempt: number;
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  /** Log lines the attempt had told when the step ended, so that a resumed attempt need not tell them again. */
  readonly logLines?: number;
}

export interface StepCompleted extends StepRef {
  /**
   * `outside`: the step touched the world, its result is replayed after a crash; `value`: a recorded
   * time, random number or id, replayed likewise; `none`: pure work, told for whoever watches.
   */
  readonly effect: 'outside' | 'value' | 'none';
  readonly output: Payload;
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface StepFailed extends StepRef {
  readonly error: RunError;
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface RunEventData {
  RunRequested: RunRequested;
  /** `payload`: what the wait brought; `notBefore`: when a snoozed run is due again. */
  RunQueued: {
    readonly reason: QueueReason;
    readonly payload?: Payload;
    readonly notBefore?: string;
  };
  RunDequeued: { readonly attempt: number; readonly executor: string };
  /** The claim: of two takers one wins. `claim` counts them over the run's life and fences late reports. */
  AttemptStarted: {
    readonly attempt: number;
    readonly claim: number;
    readonly executor: string;
    readonly timeoutAt?: string;
    /** When the work began; differs from the commit's time where start and end are one commit. */
    readonly startedAt?: string;
  };
  StepCompleted: StepCompleted;
  StepFailed: StepFailed;
  StepOverridden: { readonly key: string; readonly output: Payload; readonly reason: string };
  RunWaiting: { readonly attempt: number; readonly wait: Wait; readonly logLines?: number };
  AttemptFailed: {
    readonly attempt: number;
    readonly reason: FailureReason;
    readonly error: RunError;
  };
  AttemptCrashed: { readonly attempt: number; readonly executor: string; readonly error: RunError };
  RunRetryScheduled: {
    readonly attempt: number;
    readonly notBefore: string;
    readonly expiresAt?: string;
    readonly priority?: number;
  };
  RunPaused: { readonly reason?: string };
  RunResumed: { readonly reason?: string };
  RunRestarted: { readonly reason?: string };
  RunRescheduled: {
    readonly scheduledAt: string;
    readonly payload?: Payload;
    readonly expiresAt?: string;
  };
  RunReplayed: { readonly expiresAt?: string };
  /** `attempt`, `expiresAt`: of the next attempt, where the run is put back to `queued`. */
  RunOverridden: {
    readonly to: OverrideTarget;
    readonly reason: string;
    readonly attempt?: number;
    readonly expiresAt?: string;
  };
  RunCompleted: { readonly attempt: number; readonly output: Payload; readonly durationMs: number };
  RunFailed: { readonly attempt: number; readonly error: RunError };
  RunTimedOut: { readonly attempt: number; readonly error: RunError };
  RunCrashed: { readonly attempt: number; readonly error: RunError };
  RunSystemFailed: { readonly attempt: number; readonly error: RunError };
  RunCanceled: { readonly reason: string };
  RunExpired: { readonly error: RunError };
  RunDeadLettered: { readonly attempt: number; readonly error: RunError };
  CheckpointSaved: { readonly sequence: number; readonly source: string; readonly state: Payload };
  UsageRecorded: {
    readonly provider: string;
    readonly model: string;
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly totalTokens: number;
    readonly costMicroUsd: number;
  };
  ToolCallRecorded: {
    readonly toolName: string;
    readonly input: Payload;
    readonly output: Payload;
    readonly durationMs: number;
    readonly status: string;
  };
  OutputSet: { readonly key: string; readonly schema?: Json; readonly value: Payload };
  StateSet: { readonly key: string; readonly value: Payload };
  RunAnnotated: { readonly metadata: Readonly<Record<string, string>> };
  DebugModeSet: { readonly debugMode: boolean };
}

export type RunEventType = keyof RunEventData;

/** A decided event: what `decide` returns and `evolve` folds. */
export type RunEvent = {
  [T in RunEventType]: { readonly type: T; readonly data: RunEventData[T] };
}[RunEventType];
