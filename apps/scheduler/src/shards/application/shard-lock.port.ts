/** Port to the right to schedule a shard: held by one process at a time. */
export abstract class ShardLocks {
  /**
   * Tries once to take the shard. Resolves with the means to give it up, or undefined when another process
   * has it; `onLost` is called when the right ends by itself. Rejects with UnavailableError.
   */
  abstract tryTake(shard: number, onLost: (reason: Error) => void): Promise<ShardLease | undefined>;
}

export interface ShardLease {
  release(): Promise<void>;
}
