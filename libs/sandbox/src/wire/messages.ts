import type { GuestError, JournalEntry } from '../api';

/** What the pool tells a child. */
export const TO_CHILD = {
  /** run: number of the prelude; body: its text. */
  prelude: 1,
  /** run: number of the program; argument: number of its prelude; body: its text. */
  program: 2,
  /** run: number of the program to forget. */
  forget: 3,
  /** run: number of the run; argument: number of the program; head: RunHead; body: the guest's request. */
  run: 4,
  /** argument: number of the step; body: its output. */
  stepDone: 5,
  /** argument: number of the step; body: JSON text of `{type, message, code?}`. */
  stepFailed: 6,
  /** The run is over for the pool; the child drops it and answers `done` with status `canceled`. */
  cancel: 7,
  /** Give back memory that is only kept for speed. */
  trim: 8,
} as const;

/** What a child tells the pool. */
export const TO_POOL = {
  ready: 32,
  /** argument: number of the step; head: StepHead; body: its input. */
  step: 33,
  /** argument: time in the VM, microseconds; head: DoneHead; body: the output of a completed run. */
  done: 34,
} as const;

/** Limits that the child watches; the wall clock is the pool's. */
export interface ChildLimits {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly logLines: number;
  readonly logBytes: number;
  readonly pendingSteps: number;
  readonly steps: number;
  readonly values: number;
  readonly valueBytes: number;
}

export interface RunHead {
  /** Seed of the guest's `Math.random`. */
  readonly seed: string;
  readonly limits: ChildLimits;
  readonly journal: Readonly<Record<string, JournalEntry>>;
  /** What the pool has been told in an earlier execution: is counted again, but not told again. */
  readonly seen: {
    readonly logLines: number;
    readonly fired: readonly string[];
    readonly firedOmitted: number;
  };
}

/** `notes` is absent when nothing happened; otherwise a GuestNotes. */
export interface StepHead {
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly notes?: unknown;
}

export interface DoneHead {
  readonly status: 'completed' | 'failed' | 'canceled';
  readonly error?: GuestError;
  readonly notes?: unknown;
}
