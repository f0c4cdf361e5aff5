import type { Json, RunError } from '@runnel/run-domain';

export interface LogLineView {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly nodeId?: string;
  readonly timestamp?: string;
}

/** What one executor says of itself every few seconds on `beat.executor`. */
export interface ExecutorHeartbeat {
  readonly executor: string;
  /** Number of attempts it holds. */
  readonly holding: number;
  readonly draining: boolean;
}

/** A run was canceled, paused, timed out or put back while it was queued or worked on. */
export interface RunMoved {
  readonly runId: string;
  /** Of the run after the move: work that builds on an older one is void. */
  readonly revision: number;
}

/** A message on the dispatch queue. */
export interface DispatchMessage {
  readonly runId: string;
  readonly project: string;
  /** The run's revision when it was queued; a claim expects it. */
  readonly revision: number;
  /** The commit that requested the run, when it is the whole history: spares a fresh run the read. */
  readonly requested?: unknown;
}

export interface ExecutorContracts {
  /** Runs a compiled pattern once, unrecorded, for the editor (contracts/automation.md D.21). */
  'svc.executor.test-run': {
    request: { project: string; code: string; eventData: Json; timeoutMs: number };
    response: {
      status: 'completed' | 'failed' | 'timeout';
      output: Json;
      error?: RunError;
      logs: readonly LogLineView[];
    };
  };
}
