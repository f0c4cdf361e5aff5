import type { RunKind } from '@runnel/run-domain';

/** Port to the queue from which executors take work. It is derived from the log and may be lost at any time. */
export abstract class DispatchQueue {
  /** Offers a run. Resolves when the queue has it; rejects with UnavailableError. */
  abstract publish(kind: RunKind, queue: string, message: Uint8Array): Promise<void>;

  /**
   * Makes sure that the queue exists and names its present incarnation: another name than before means
   * that everything offered earlier is gone. Rejects with UnavailableError.
   */
  abstract incarnation(): Promise<string>;

  /** Messages that no executor has taken and finished. */
  abstract depth(): Promise<number>;
}
