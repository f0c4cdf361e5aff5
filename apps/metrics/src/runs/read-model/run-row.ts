import type { RunKind, RunStatus, TriggerType } from '@runnel/run-domain';

/** A run as `run-list` folds it. Documents are JSON text, times milliseconds since the epoch. */
export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly kind: RunKind;
  readonly definitionId: string;
  readonly definitionName: string;
  readonly definitionVersion: number;
  readonly deploymentId: string | null;
  readonly triggeredBy: TriggerType;
  readonly requestedAt: number;
  readonly parentRunId: string | null;
  readonly retryOf: string | null;
  readonly replayOf: string | null;
  status: RunStatus;
  attempt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** A `Payload`; null in a row that was loaded and whose payload has not been replaced since. */
  payload: string | null;
  /** A `Payload`. */
  output: string | null;
  /** A `RunError`. */
  error: string | null;
  /** Sequence of the last folded commit. */
  seq: number;
  /** Events folded so far. */
  events: number;
}

/** Milliseconds from first start to end; null while it runs, and for a run that never started. */
export function durationMs(row: Pick<RunRow, 'startedAt' | 'finishedAt'>): number | null {
  if (row.startedAt === null || row.finishedAt === null) return null;
  return Math.max(0, row.finishedAt - row.startedAt);
}
