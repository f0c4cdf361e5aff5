import type { Commit, OutputLine } from '@runnel/run-domain';

/** A place in the log: shard and sequence of its stream; as text `<shard>:<seq>`. */
export interface Position {
  readonly shard: number;
  readonly seq: number;
}

/** A commit as it stands in the log. Its `seq` is at once the run's revision after it. */
export interface CommitEntry {
  readonly kind: 'commit';
  readonly runId: string;
  readonly position: Position;
  readonly commit: Commit;
  readonly traceparent?: string;
}

/** A message of output as it stands in the log. */
export interface OutputEntry {
  readonly kind: 'output';
  readonly runId: string;
  readonly project: string;
  readonly position: Position;
  readonly lines: readonly OutputLine[];
}

export type LogEntry = CommitEntry | OutputEntry;

/** Everything the log holds of one run's events, in order. */
export interface RunHistory {
  readonly commits: readonly CommitEntry[];
  /** Last sequence of the run's subject; what the next append expects. 0: the run does not exist. */
  readonly revision: number;
}

export interface AppendOptions {
  readonly traceparent?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
}

export interface TailOptions {
  /** Entries after this sequence are read; 0 reads from the start. */
  readonly after: number;
  /** False leaves output out. */
  readonly output: boolean;
  /** Ends the iteration. */
  readonly signal: AbortSignal;
}

/** How an acknowledged event is kept: on disk, on several servers, or flushed in intervals. */
export type Durability = 'fsync' | 'replicated' | 'interval';

/** What the log's server can do; read at start. */
export interface LogCapabilities {
  readonly serverVersion: string;
  readonly atomicBatches: boolean;
  readonly messageTtl: boolean;
  /** Copies of each stream. */
  readonly replicas: number;
  readonly durability: Durability;
}

/** Port to the log. An abstract class, so that it is a type and a Nest injection token at once. */
export abstract class RunLog {
  abstract readonly shards: number;
  abstract readonly capabilities: LogCapabilities;

  /** `fnv1a(runId) % shards`. */
  abstract shardOf(runId: string): number;

  /**
   * Stores a commit if the run's revision is still `expectedRevision` (0 = new run) and resolves once it is
   * acknowledged. An unknown outcome is resolved by looking for `commit.commandId` in the history.
   * @returns the commit's position; its `seq` is the run's new revision
   * @throws ConcurrencyError when the run has moved on; UnavailableError when the log cannot be reached
   */
  abstract append(
    runId: string,
    expectedRevision: number,
    commit: Commit,
    options?: AppendOptions,
  ): Promise<Position>;

  /**
   * Adds lines to the run's output. Coalesced (20 ms or 16 KiB) and stored without expectation; what is
   * buffered is stored before the run's next commit of this process.
   */
  abstract appendOutput(runId: string, project: string, lines: readonly OutputLine[]): void;

  /**
   * The run's events still in the log, those after revision `after` if it is given. Throws UnavailableError,
   * and InvalidInputError UNDECODABLE_ENTRY.
   */
  abstract history(runId: string, after?: number): Promise<RunHistory>;

  /** What the run has said, as far as the log still holds it, in order. Throws like `history`. */
  abstract output(runId: string): Promise<readonly OutputEntry[]>;

  /**
   * Reads a shard in order, gapless, for ever, in batches as they arrive. Survives reconnects by itself;
   * an entry that cannot be decoded ends the iteration with an error, it is never skipped.
   */
  abstract tail(shard: number, options: TailOptions): AsyncIterable<readonly LogEntry[]>;

  /** Last sequence of the shard's stream. */
  abstract lastSequence(shard: number): Promise<number>;

  /**
   * Removes a finished run's events and output from the log, up to this sequence if one is given (they stay in
   * Postgres). Idempotent.
   */
  abstract seal(runId: string, upTo?: number): Promise<void>;

  /** Subjects in all shards: two per run that has output, one per other. What bounds the server's memory. */
  abstract subjectCount(): Promise<number>;

  /** Stores what is buffered, then refuses further appends. */
  abstract close(): Promise<void>;
}
