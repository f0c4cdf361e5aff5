import type { RunEvent } from './events';

/** Who decided: a user, a key, a run token, or one of our services. Shown in histories, never trusted from outside. */
export interface Actor {
  readonly kind: 'user' | 'api_key' | 'run_token' | 'webhook' | 'service';
  readonly id: string;
}

/** An event as it is stored: with its own id and the version of its shape. */
export type StoredEvent = RunEvent & { readonly id: string; readonly schema: number };

/** One decision is one message: the unit of append, so that its events cannot be torn apart. */
export interface Commit {
  readonly commandId: string;
  readonly project: string;
  readonly actor: Actor;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly events: readonly StoredEvent[];
}

/** A line of what a run says while it works. Time-limited, never decides state. */
export interface OutputLine {
  /** Number of the line within the run, from 0; a line told again after a crash keeps its number. */
  readonly n: number;
  readonly kind: 'log' | 'progress' | 'chunk';
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly nodeId?: string;
  readonly nodeName?: string;
}
