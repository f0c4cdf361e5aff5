import type { LogEntry } from '@runnel/run-log';

export interface BatchLimits {
  /** Entries in a batch, at most. */
  readonly maxEntries: number;
  /**
   * Least time in ms between the starts of two batches that are not full. A quiet log is followed at once;
   * under load each transaction then carries many entries, which is what makes it cheap.
   */
  readonly intervalMs: number;
}

/** Batches read ahead while one is being applied. */
const AHEAD = 2;

/** Cuts what arrives from the log into batches, reading ahead while one is being applied. */
export class BatchReader {
  private buffer: LogEntry[] = [];
  private failure: { readonly error: unknown } | undefined;
  private ended = false;
  private closed = false;
  private lastBatchAt = -Infinity;
  private wakeReader: (() => void) | undefined;
  private wakePump: (() => void) | undefined;

  constructor(
    source: AsyncIterable<readonly LogEntry[]>,
    private readonly limits: BatchLimits,
  ) {
    void this.pump(source);
  }

  /**
   * The next entries in order, at least one; undefined once the source has ended. Entries that came before
   * an error of the source are given out first, then the error is thrown.
   */
  async next(): Promise<readonly LogEntry[] | undefined> {
    while (this.buffer.length === 0) {
      if (this.failure) throw this.failure.error;
      if (this.ended) return undefined;
      await this.arrival();
    }
    await this.fill();
    this.lastBatchAt = performance.now();
    const { maxEntries } = this.limits;
    const batch = this.buffer.slice(0, maxEntries);
    this.buffer = this.buffer.slice(maxEntries);
    this.wakePump?.();
    return batch;
  }

  /** Lets go of the source, which must have been told to end. */
  close(): void {
    this.closed = true;
    this.wakePump?.();
    this.wakeReader?.();
  }

  private async fill(): Promise<void> {
    const until = this.lastBatchAt + this.limits.intervalMs;
    while (this.buffer.length < this.limits.maxEntries && !this.ended) {
      const left = until - performance.now();
      if (left <= 0) return;
      await this.arrival(left);
    }
  }

  private async pump(source: AsyncIterable<readonly LogEntry[]>): Promise<void> {
    try {
      for await (const entries of source) {
        this.buffer = this.buffer.length === 0 ? [...entries] : this.buffer.concat(entries);
        this.wakeReader?.();
        while (!this.closed && this.buffer.length >= AHEAD * this.limits.maxEntries) {
          await new Promise<void>((resolve) => (this.wakePump = resolve));
        }
        if (this.closed) return;
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.ended = true;
      this.wakeReader?.();
    }
  }

  /** Resolves when something has changed, or after `ms`. */
  private arrival(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.wakeReader = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
