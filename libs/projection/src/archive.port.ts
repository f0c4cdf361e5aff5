import type { LogEntry } from '@runnel/run-log';

/** A stretch of the archive. */
export interface ArchivedStretch {
  /** Entries of whole runs, each run's in the log's order. */
  readonly entries: readonly LogEntry[];
  /** Number of the last run in it; the one asked for when no more are archived. */
  readonly upTo: number;
}

/**
 * Port to the runs that have left the log: they were sealed after every version that was there had folded them. A
 * version that is built later folds them from here, before it reads the log.
 */
export abstract class RunArchive {
  /**
   * Some runs of a shard that were archived after the n-th. Rejects while a run is on its way out of the log: it is
   * neither here nor certainly there then.
   */
  abstract after(shard: number, n: number): Promise<ArchivedStretch>;
}
