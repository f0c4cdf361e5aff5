import type { RunLog } from '@runnel/run-log';

interface Sample {
  readonly at: number;
  readonly head: number;
}

/** Half an hour at one sample a second, of a shard whose head moves all the time. */
const MAX_SAMPLES = 1_800;
const SAMPLE_MS = 1_000;

/**
 * Remembers when the log had come how far, so that a position can be turned into a lag in seconds: the time
 * since the log first was past it.
 */
export class HeadWatch {
  private readonly samples: Sample[][];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runLog: Pick<RunLog, 'shards' | 'lastSequence'>,
    private readonly now: () => number,
  ) {
    this.samples = Array.from({ length: runLog.shards }, () => []);
  }

  start(): void {
    this.timer = setInterval(() => void this.sample(), SAMPLE_MS);
    this.timer.unref();
    void this.sample();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Last known sequence of a shard; 0 before the first sample. */
  head(shard: number): number {
    return this.samples[shard]?.at(-1)?.head ?? 0;
  }

  /**
   * Seconds for which the log has been past `position`, at most the half hour that is remembered; 0 when
   * the position is the last one known. The grain is one second.
   */
  lagSeconds(shard: number, position: number): number {
    const first = this.samples[shard]?.find(({ head }) => head > position);
    return first === undefined ? 0 : Math.max(0, (this.now() - first.at) / 1_000);
  }

  /** Looks at all shards once. A log that does not answer leaves what is known as it is. */
  async sample(): Promise<void> {
    const at = this.now();
    await Promise.all(
      this.samples.map(async (samples, shard) => {
        const head = await this.runLog.lastSequence(shard).catch(() => undefined);
        if (head === undefined || head === samples.at(-1)?.head) return;
        samples.push({ at, head });
        if (samples.length > MAX_SAMPLES) samples.shift();
      }),
    );
  }
}
