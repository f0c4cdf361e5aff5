/** A piece of work that was taken off the queue. Settle it once: `ack`, or `nak` to give it back. */
export interface WorkItem {
  readonly data: Uint8Array;
  /** True if it was handed out before and not settled in time. */
  readonly redelivered: boolean;
  /** Done, never hand it out again. */
  ack(): void;
  /** Not done; hand it out again after `delayMs`, to anybody. */
  nak(delayMs?: number): void;
  /** Still at it: starts the time for settling (30 s) anew. */
  working(): void;
}

export interface ConsumeOptions {
  /** Most items held unsettled by this consumer at once. */
  readonly maxItems: number;
}

/** A consumer that takes work until it is stopped. */
export interface WorkConsumer {
  /** Takes nothing more; what is held may still be settled. Resolves once the server knows. */
  stop(): Promise<void>;
}

/**
 * Port to the dispatch queue. It lives in the server's memory and is derived: whoever owns a shard refills it
 * from the log after a loss, and a doubled item is harmless because the claim is an append.
 */
export abstract class WorkQueue {
  /**
   * Makes the queue if it is not there. `createdAt` changes when the queue was lost: then it is empty and
   * has to be refilled. Throws UnavailableError.
   */
  abstract ensure(): Promise<{ readonly createdAt: string }>;

  /**
   * Adds an item to `queue` (one token) of that kind of work; resolves when the server has it.
   * @throws InvalidInputError INVALID_QUEUE; UnavailableError when the queue is full, lost or away
   */
  abstract publish(kind: string, queue: string, data: Uint8Array): Promise<void>;

  /**
   * Hands items of one kind of work to `handle` until stopped; survives the loss of connection and queue.
   * `handle` must settle its item and not throw.
   */
  abstract consume(
    kind: string,
    handle: (item: WorkItem) => void,
    options: ConsumeOptions,
  ): Promise<WorkConsumer>;

  /** Items on the queue and not yet settled. Throws UnavailableError. */
  abstract depth(): Promise<number>;

  abstract close(): Promise<void>;
}
