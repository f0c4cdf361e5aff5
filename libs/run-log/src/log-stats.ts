/** Counters since the process connected to the log; numbers for the metrics of its service. */
export interface LogStats {
  /** Commits stored. */
  appends: number;
  /** Messages sent as singles, commits and output. */
  singles: number;
  /** Atomic batches stored, and the messages in them. */
  batches: number;
  batchedMessages: number;
  largestBatch: number;
  /** Batches that were refused and sent again as singles. */
  brokenBatches: number;
  conflicts: number;
  /** Outcomes that had to be looked up. */
  unknowns: number;
  /** Messages sent again after an unknown outcome. */
  retries: number;
  outputMessages: number;
  outputBytes: number;
  /** Lines of output given up: the log could not store them, or the buffer was full. */
  droppedOutputLines: number;
  /** Messages that wait to be sent, now. */
  waiting: number;
}

export function newLogStats(): LogStats {
  return {
    appends: 0,
    singles: 0,
    batches: 0,
    batchedMessages: 0,
    largestBatch: 0,
    brokenBatches: 0,
    conflicts: 0,
    unknowns: 0,
    retries: 0,
    outputMessages: 0,
    outputBytes: 0,
    droppedOutputLines: 0,
    waiting: 0,
  };
}
