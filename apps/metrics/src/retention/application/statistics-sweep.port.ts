/** Port to the buckets that statistics are made of. */
export abstract class StatisticsSweep {
  /** Throws away some buckets of a shard that start before a time, ms since the epoch. Resolves with how many. */
  abstract sweep(shard: number, before: number): Promise<number>;
}
