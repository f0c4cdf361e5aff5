import { type ProjectorOptions, ShardProjector } from './shard-projector';

/**
 * Projects all shards of the log, each as long as this process holds its lock. Any number of processes may do
 * so at once: a shard is projected by one of them, and by another as soon as that one is gone.
 */
export class Projector {
  private readonly shards: readonly ShardProjector[];

  constructor(options: ProjectorOptions) {
    this.shards = Array.from(
      { length: options.runLog.shards },
      (_, shard) => new ShardProjector(options, shard),
    );
  }

  start(): void {
    for (const shard of this.shards) shard.start();
  }

  /** Finishes the batches in hand and gives the shards up. */
  async stop(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.stop()));
  }
}
