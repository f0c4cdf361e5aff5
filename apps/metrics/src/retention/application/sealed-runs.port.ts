/** A run that may leave the log. */
export interface LeavingRun {
  readonly runId: string;
  /** Its last commit. */
  readonly seq: number;
}

/** What a run must be to leave the log. */
export interface SealingBounds {
  readonly shard: number;
  /** It has ended before this time, ms since the epoch. */
  readonly endedBefore: number;
  /** Its last commit is not after this sequence. */
  readonly upTo: number;
}

/** Port to the record of runs that have left the log or are on their way out of it. */
export abstract class SealedRuns {
  /** Sequence up to which every version of every read model holds the shard; 0 while one is only begun. */
  abstract reached(shard: number): Promise<number>;

  /**
   * Those of the runs that may leave, put down as leaving. Looks again, under the catalog's lock, at how far the
   * versions are: one that is begun afterwards finds them in the archive.
   */
  abstract mark(runIds: readonly string[], bounds: SealingBounds): Promise<readonly LeavingRun[]>;

  /** Runs of a shard that were put down as leaving and are not known to have left. */
  abstract leaving(shard: number): Promise<readonly LeavingRun[]>;

  /** They have left the log. */
  abstract left(runIds: readonly string[]): Promise<void>;

  /** They stay after all. */
  abstract keep(runIds: readonly string[]): Promise<void>;
}
