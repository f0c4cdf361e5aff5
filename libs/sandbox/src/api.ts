/** Any JSON value. Nothing else crosses the border between the sandbox and its host. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What the program is started with (the second argument of `createRuntime`). */
export interface GuestRequest {
  readonly trigger: { readonly nodeId: string };
  readonly event: Json;
  readonly variables?: Readonly<Record<string, Json>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly traced: boolean;
  readonly limits: {
    readonly maxLogLines: number;
    readonly maxLogBytes: number;
    readonly maxSteps: number;
  };
  /** The program may be told more (breakpoints, pinned nodes); the sandbox passes it on as it is. */
  readonly [extra: string]: unknown;
}

/** What went wrong, as the author of a program sees it: no stack, no internals. */
export interface GuestError {
  /** Class of the error, e.g. `TypeError`, `HttpError`; `LimitError` when the sandbox ended the run. */
  readonly type: string;
  readonly message: string;
  readonly nodeId?: string;
  /** `LIMIT_CODES` are the sandbox's own: a program cannot set them. */
  readonly code?: string;
}

/** A recorded result: of a step with an outside effect, or of a recorded value. */
export type JournalEntry =
  | { readonly ok: true; readonly output: Json }
  | {
      readonly ok: false;
      readonly error: { readonly type: string; readonly message: string; readonly code?: string };
    };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type ValueKind = 'now' | 'random' | 'uuid';

/** An impure node without outside effect that has run. `at` is ISO 8601, UTC, with milliseconds. */
export interface FiredNote {
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  /** Absent when it is over 4 KiB of JSON. */
  readonly output?: Json;
  /** Only in traced runs; absent when over 4 KiB of JSON. */
  readonly inputs?: Json;
  readonly at: string;
}

/** A time, random number or id that was given to the program, and must be given again on a replay. */
export interface ValueNote {
  readonly key: string;
  readonly kind: ValueKind;
  readonly output: Json;
  readonly at: string;
}

/** One log line; `n` counts from 0 within the run and is the same on every replay. */
export interface LogNote {
  readonly n: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly nodeId?: string;
  readonly at: string;
}

/** Everything that happened in the program since the last step or, if there was none, since its start. */
export interface GuestNotes {
  readonly fired: readonly FiredNote[];
  /** How many more nodes fired than are listed. */
  readonly firedOmitted: number;
  readonly values: readonly ValueNote[];
  readonly logs: readonly LogNote[];
}

/** An outside effect that the program asks for. */
export interface StepCall {
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly input: Json;
  readonly notes: GuestNotes;
}

/** The only way out of the sandbox: whoever performs outside effects for a run. */
export interface SandboxHost {
  /**
   * Performs and records one step; never called twice for one key of one run. What it throws rejects the
   * program's promise with `{type: error.name, message, code}` and can be caught there, except `SuspendRun`.
   * A failure that is not the program's business (a lost lease) must abort the run's signal as well.
   */
  step(call: StepCall): Promise<Json>;
}

/** Bounds of one run. */
export interface SandboxLimits {
  /** CPU time in the VM over the whole run, ms. Default 5,000. */
  readonly cpuMs: number;
  /** Wall clock from the moment the run has a VM, waiting for steps included, ms. Default 30,000. */
  readonly wallMs: number;
  /** Heap of the VM, bytes. Default 64 MiB. */
  readonly memoryBytes: number;
  /** JSON text of the result, and of each step's input, bytes. Default 1 MiB. */
  readonly outputBytes: number;
  /** Log lines and bytes; what is beyond becomes one line `log truncated`. Default 1,000 and 256 KiB. */
  readonly logLines: number;
  readonly logBytes: number;
  /** Outside steps in flight at one time, and over the whole run. Default 100 and 10,000. */
  readonly pendingSteps: number;
  readonly steps: number;
  /** Times, random numbers and ids given to the program over the whole run, and their notes' bytes. Default 10,000 and 4 MiB. */
  readonly values: number;
  readonly valueBytes: number;
}

/** One run of one program. */
export interface SandboxRun {
  /** Id of the run; also the seed of `Math.random`, so that a replay draws the same numbers. */
  readonly id: string;
  /** Tenant. A VM is warm for one program of one project and is never used for another. */
  readonly project: string;
  /** Definition version. Its source texts never change. */
  readonly programId: string;
  /** Called only when no child process has the program yet. */
  program(): Promise<{ readonly prelude: string; readonly code: string }>;
  readonly request: GuestRequest;
  readonly journal: Readonly<Record<string, JournalEntry>>;
  /** Lines below this number are already told and not reported again. */
  readonly logLinesSeen: number;
  readonly limits?: Partial<SandboxLimits>;
  /** The run is over after so long, ms, whether it has had a VM or not; for one whose end is fixed already. */
  readonly endsWithinMs?: number;
  /** Called once, when the run gets a VM: until then it has not begun. Must not throw. */
  readonly started?: () => void;
  /** Aborting ends the run at once; it resolves as `suspended`. */
  readonly signal?: AbortSignal;
}

/** How a run ended. `notes` hold what happened since the last step; `cpuMs` is time spent in the VM. */
export type SandboxResult =
  | {
      readonly status: 'completed';
      readonly output: Json;
      readonly notes: GuestNotes;
      readonly cpuMs: number;
    }
  | {
      readonly status: 'failed';
      readonly error: GuestError;
      readonly notes: GuestNotes;
      readonly cpuMs: number;
    }
  | {
      readonly status: 'timed_out';
      readonly error: GuestError;
      readonly notes: GuestNotes;
      readonly cpuMs: number;
    }
  /** Let go without a decision: the host suspended it, or its signal was aborted. */
  | { readonly status: 'suspended'; readonly notes: GuestNotes; readonly cpuMs: number };
