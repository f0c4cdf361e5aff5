import type { RunRequested, Wait } from './events';
import type { RunStatus, TerminalStatus } from './status';
import type { FailureReason, Payload, RunError } from './values';

/**
 * What was asked for, without the payload (which may be replaced later). A dead letter that is replayed was
 * asked for anew: its `firstAttempt` is 1 then.
 */
export type RunRequest = Omit<RunRequested, 'payload'>;

/** What a run in any status knows. Small on purpose: the scheduler keeps one per live run in memory. */
interface RunFacts {
  readonly request: RunRequest;
  /** The current payload: of the request, or of the last reschedule that brought one. */
  readonly payload: Payload;
  readonly requestedAt: string;
  /** Number users see: of the attempt in progress, or of the next one. */
  readonly attempt: number;
  /** Times an attempt was started over the run's life; fences late reports. */
  readonly claim: number;
  /** 0 to 10, larger first. */
  readonly priority: number;
  /** Failed tries used of `policy.maxAttempts` since the run was asked for or last replayed. */
  readonly failures: number;
  readonly crashesWithoutProgress: number;
  /** Times an executor gave the run back unworked (contracts/jobs.md B.7). */
  readonly snoozes: number;
  /** Sequence of the last checkpoint; 0: none. */
  readonly checkpoints: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly debugMode: boolean;
  /** Who works on it, while `dequeued` or `executing`. */
  readonly executor?: string | undefined;
  /** First start since the run was asked for or last replayed. */
  readonly startedAt?: string | undefined;
  /** First start of the current attempt; absent: it has not started yet. */
  readonly attemptStartedAt?: string | undefined;
  readonly timeoutAt?: string | undefined;
  /** Earliest start: the requested time, a retry's delay, a snooze. */
  readonly notBefore?: string | undefined;
  /** An attempt must have started by then. */
  readonly expiresAt?: string | undefined;
  readonly wait?: Wait | undefined;
  /** The last failure; kept while a retry is queued. */
  readonly error?: RunError | undefined;
  readonly errorClass?: FailureReason | undefined;
  readonly output?: Payload | undefined;
  readonly finishedAt?: string | undefined;
}

export interface IdleRun extends RunFacts {
  readonly status: 'delayed' | 'queued' | 'paused';
}

export interface DequeuedRun extends RunFacts {
  readonly status: 'dequeued';
  readonly executor: string;
}

export interface ExecutingRun extends RunFacts {
  readonly status: 'executing';
  readonly executor: string;
  readonly startedAt: string;
  readonly attemptStartedAt: string;
}

export interface WaitingRun extends RunFacts {
  readonly status: 'waiting';
  readonly wait: Wait;
}

export interface FinishedRun extends RunFacts {
  readonly status: TerminalStatus;
  readonly finishedAt: string;
}

/** A run that has been asked for. Narrow on `status` for the fields which that status guarantees. */
export type ExistingRun = IdleRun | DequeuedRun | ExecutingRun | WaitingRun | FinishedRun;

/** A run as its events tell it; `absent` before the first. */
export type RunState = { readonly status: 'absent' } | ExistingRun;

/** Every status a state can have, `absent` included. */
export type StateStatus = RunStatus | 'absent';

/** The state before any event. */
export const initialState: RunState = { status: 'absent' };
