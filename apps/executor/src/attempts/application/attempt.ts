import type { AttemptCommits } from './attempt-commits';

/** One attempt in progress. */
export interface Attempt {
  readonly commits: AttemptCommits;
  /** True once its program is there. What may yet fail for want of one is not worth a claim. */
  readonly hasProgram: boolean;
  /**
   * Resolves when the attempt has ended in the log; rejects when it is lost, when it could not be started and
   * may be offered again, or when the executor stops.
   */
  readonly ended: Promise<void>;
  /** From now on a log that is away is not waited for. */
  stopWaiting(): void;
}

/** Reason to abort an attempt that is given back: whoever takes it next goes on from its journal. */
export class ExecutorStopping extends Error {
  constructor() {
    super('the executor is stopping');
    this.name = 'ExecutorStopping';
  }
}
