/** What a copy of the scheduler learns when it asks whose turn it is. */
export interface LeaseAnswer {
  readonly isMine: boolean;
  /** All ticks up to this time (ms since the epoch) have been fired; undefined when nobody ever did. */
  readonly firedThrough: number | undefined;
}

/**
 * Port to the agreement on which copy of the scheduler fires. It spares the others the work; it is not what keeps a
 * tick from being fired twice.
 */
export abstract class ScheduleLease {
  /**
   * Takes or keeps the lease if it is free or ours, telling how far we have come. Rejects with UnavailableError when
   * nobody can be asked.
   */
  abstract hold(firedThrough: number | undefined): Promise<LeaseAnswer>;

  /** Gives it up, so that another copy goes on at once. */
  abstract release(firedThrough: number | undefined): Promise<void>;
}
