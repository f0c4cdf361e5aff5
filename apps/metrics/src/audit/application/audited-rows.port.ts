import type { Commit, RunStatus } from '@runnel/run-domain';

/** A run's row as the auditor compares it. Documents are JSON text, times ISO 8601. */
export interface AuditedRun {
  readonly status: RunStatus;
  readonly attempt: number;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly payload: string;
  readonly output: string | null;
  readonly error: string | null;
  /** Events folded into the row, and sequence of the last commit folded. */
  readonly events: number;
  readonly seq: number;
}

/** A commit's row, decoded as the log's own entries are: events of older shapes are today's. */
export interface AuditedCommit {
  readonly seq: number;
  readonly commit: Commit;
}

/** A line of output: its number, the sequence of the message that said it, and its JSON text. */
export interface AuditedLine {
  readonly n: number;
  readonly seq: number;
  readonly line: string;
}

/** What the read models hold of one run, and the sequences of its shard up to which they hold everything. */
export interface AuditedRows {
  readonly run: AuditedRun | undefined;
  readonly runReached: number;
  readonly commits: readonly AuditedCommit[];
  readonly commitsReached: number;
  readonly lines: readonly AuditedLine[];
  readonly linesReached: number;
}

/** The rows of a few runs, read at once. */
export interface AuditedSet {
  /** What there is of one of them, whose shard is given. */
  of(runId: string, shard: number): AuditedRows;
}

/** Port to the rows that are audited. */
export abstract class AuditedRowsReader {
  /** The positions are read before the rows, so that the rows hold at least what the positions promise. */
  abstract read(runIds: readonly string[]): Promise<AuditedSet>;

  /** Sequence per shard up to which all audited read models hold everything. */
  abstract positions(): Promise<readonly number[]>;

  /** Counters that do not add up to the rows they count, as sentences; a look at every row. */
  abstract wrongCounters(): Promise<readonly string[]>;

  /** The same of the counters in which these runs are counted with their deployments, as far as that is a quick look. */
  abstract wrongCountersOf(runIds: readonly string[]): Promise<readonly string[]>;
}
