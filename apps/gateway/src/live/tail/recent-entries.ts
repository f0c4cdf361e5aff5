import type { LogEntry } from '@runnel/run-log';

import { roughSize } from './rough-size';

export interface RecentLimits {
  readonly maxEntries: number;
  /** Rough bytes of JSON. */
  readonly maxBytes: number;
}

interface Kept {
  readonly entry: LogEntry;
  readonly bytes: number;
}

/**
 * The last entries of a shard, complete from `from` on: what lies between the read model and the live tail is
 * read here, instead of by a consumer for each reader.
 */
export class RecentEntries {
  private kept: Kept[] = [];
  /** The same entries by run: a watcher asks for one run of thousands of entries. */
  private readonly byRun = new Map<string, LogEntry[]>();
  /** Entries before this index were let go; the array is cut now and then, not at every entry. */
  private first = 0;
  private bytes = 0;

  constructor(
    private fromSeq: number,
    private readonly limits: RecentLimits,
  ) {}

  /** Every entry after this sequence is here. */
  get from(): number {
    return this.fromSeq;
  }

  push(entry: LogEntry): void {
    const bytes = roughSize(entry);
    this.kept.push({ entry, bytes });
    const ofRun = this.byRun.get(entry.runId);
    if (ofRun) ofRun.push(entry);
    else this.byRun.set(entry.runId, [entry]);
    this.bytes += bytes;
    while (this.size > this.limits.maxEntries || this.bytes > this.limits.maxBytes) this.drop();
    if (this.first > 1_024 && this.first > this.kept.length / 2) {
      this.kept = this.kept.slice(this.first);
      this.first = 0;
    }
  }

  /** The kept entries of a run, oldest first. */
  ofRun(runId: string): LogEntry[] {
    return [...(this.byRun.get(runId) ?? [])];
  }

  /** The kept entries for which `wanted` holds, oldest first. */
  select(wanted: (entry: LogEntry) => boolean): LogEntry[] {
    const found: LogEntry[] = [];
    for (let at = this.first; at < this.kept.length; at += 1) {
      const entry = this.kept[at]?.entry;
      if (entry && wanted(entry)) found.push(entry);
    }
    return found;
  }

  get size(): number {
    return this.kept.length - this.first;
  }

  private drop(): void {
    const oldest = this.kept[this.first];
    if (!oldest) return;
    this.first += 1;
    this.bytes -= oldest.bytes;
    this.fromSeq = oldest.entry.position.seq;
    this.dropOfRun(oldest.entry.runId);
  }

  /** The oldest of all entries is the oldest of its run. */
  private dropOfRun(runId: string): void {
    const ofRun = this.byRun.get(runId);
    ofRun?.shift();
    if (ofRun?.length === 0) this.byRun.delete(runId);
  }
}
