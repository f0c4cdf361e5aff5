import { Injectable } from '@nestjs/common';
import { UnavailableError } from '@runnel/errors';
import { type LogEntry, RunLog } from '@runnel/run-log';

/** A stretch of a shard in which a run's entries are looked for: after `after`, up to and with `until`. */
export interface Stretch {
  readonly runId: string;
  readonly after: number;
  readonly until: number;
}

interface Search extends Stretch {
  readonly found: LogEntry[];
  resolve(entries: readonly LogEntry[]): void;
  reject(error: unknown): void;
}

/** A read model this far behind is down, not late; the reader is asked to come back. */
const MAX_STRETCH = 500_000;
const MAX_WAITING = 5_000;
const TIMEOUT_MS = 20_000;

/**
 * Reads a stretch of a shard for those whose run is neither in the read model nor in the recent entries: when
 * metrics is down or far behind. One scan at a time per shard serves all who wait, however many they are.
 */
@Injectable()
export class ShardScanner {
  private readonly waiting = new Map<number, Search[]>();
  private readonly running = new Set<number>();

  constructor(private readonly log: RunLog) {}

  /** The run's entries in the stretch, in order. Throws UnavailableError when it is too long or cannot be read in time. */
  find(stretch: Stretch): Promise<readonly LogEntry[]> {
    if (stretch.until <= stretch.after) return Promise.resolve([]);
    const shard = this.log.shardOf(stretch.runId);
    const waiting = this.waiting.get(shard) ?? [];
    if (stretch.until - stretch.after > MAX_STRETCH || waiting.length >= MAX_WAITING) {
      return Promise.reject(tooFar());
    }
    this.waiting.set(shard, waiting);
    return new Promise((resolve, reject) => {
      waiting.push({ ...stretch, found: [], resolve, reject });
      if (!this.running.has(shard)) void this.work(shard);
    });
  }

  private async work(shard: number): Promise<void> {
    this.running.add(shard);
    for (let searches = this.take(shard); searches.length > 0; searches = this.take(shard)) {
      try {
        await this.scan(shard, searches);
        for (const search of searches) search.resolve(search.found);
      } catch (error) {
        for (const search of searches) search.reject(error);
      }
    }
    this.running.delete(shard);
  }

  private take(shard: number): Search[] {
    const searches = this.waiting.get(shard) ?? [];
    this.waiting.delete(shard);
    return searches;
  }

  private async scan(shard: number, searches: readonly Search[]): Promise<void> {
    const after = Math.min(...searches.map((search) => search.after));
    const until = Math.max(...searches.map((search) => search.until));
    const byRun = new Map<string, Search[]>();
    for (const search of searches) {
      byRun.set(search.runId, [...(byRun.get(search.runId) ?? []), search]);
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      for await (const entries of this.log.tail(shard, {
        after,
        output: true,
        signal: abort.signal,
      })) {
        for (const entry of entries) note(entry, byRun.get(entry.runId) ?? []);
        if ((entries.at(-1)?.position.seq ?? 0) >= until) return;
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
    throw tooFar();
  }
}

function note(entry: LogEntry, searches: readonly Search[]): void {
  const { seq } = entry.position;
  for (const search of searches) {
    if (seq > search.after && seq <= search.until) search.found.push(entry);
  }
}

function tooFar(): UnavailableError {
  return new UnavailableError(
    'metrics',
    'the read model is too far behind to tell what this run has done; try again shortly',
    { retryAfterSeconds: 5 },
  );
}
