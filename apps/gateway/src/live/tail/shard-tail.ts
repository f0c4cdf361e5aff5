import type { Clock } from '@runnel/clock';
import { messageOf } from '@runnel/errors';
import type { LogEntry, RunLog } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import { RecentEntries, type RecentLimits } from './recent-entries';

export interface TailListener {
  /** New entries, oldest first: of one run, or of the whole shard, as was asked. */
  onEntries(entries: readonly LogEntry[]): void;
  /** The tail is gone: nothing more will come, and what comes after is not known. */
  onLost(): void;
}

interface ShardTailOptions {
  readonly log: RunLog;
  readonly shard: number;
  /** Entries after this sequence are read. */
  readonly after: number;
  readonly recent: RecentLimits;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called once, however the tail ends. */
  readonly onEnd: () => void;
}

/** One reader of a shard for all who watch something in it. Entries are handed on in the turn in which they came. */
export class ShardTail {
  readonly recent: RecentEntries;
  private readonly ofRun = new Map<string, Set<TailListener>>();
  private readonly ofShard = new Set<TailListener>();
  private readonly abort = new AbortController();
  private lastSeq: number;
  private lastDelayMs = 0;
  private over = false;

  constructor(private readonly options: ShardTailOptions) {
    this.lastSeq = options.after;
    this.recent = new RecentEntries(options.after, options.recent);
    this.read().catch((error: unknown) => this.end(error));
  }

  /** Sequence of the last entry handed on. */
  get position(): number {
    return this.lastSeq;
  }

  /** Milliseconds between the decision of the last commit handed on and its arrival here. */
  get delayMs(): number {
    return this.lastDelayMs;
  }

  /** True once nothing more will come. */
  get ended(): boolean {
    return this.over;
  }

  get listeners(): number {
    return this.ofRun.size + this.ofShard.size;
  }

  /** Everything of one run from now on; returns how to stop. */
  listenToRun(runId: string, listener: TailListener): () => void {
    const listeners = this.ofRun.get(runId) ?? new Set();
    this.ofRun.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.ofRun.get(runId) === listeners) this.ofRun.delete(runId);
    };
  }

  /** Everything in the shard from now on; returns how to stop. */
  listenToShard(listener: TailListener): () => void {
    this.ofShard.add(listener);
    return () => void this.ofShard.delete(listener);
  }

  stop(): void {
    this.abort.abort();
    this.end(undefined);
  }

  private async read(): Promise<void> {
    const { log, shard, after } = this.options;
    const { signal } = this.abort;
    for await (const entries of log.tail(shard, { after, output: true, signal })) {
      if (this.over) return;
      this.deliver(entries);
    }
    this.end(undefined);
  }

  /** All entries are kept before any is handed on: who starts to listen meanwhile finds them in `recent`. */
  private deliver(entries: readonly LogEntry[]): void {
    const watched = new Map<string, LogEntry[]>();
    for (const entry of entries) {
      this.recent.push(entry);
      if (!this.ofRun.has(entry.runId)) continue;
      const ofRun = watched.get(entry.runId);
      if (ofRun) ofRun.push(entry);
      else watched.set(entry.runId, [entry]);
    }
    const last = entries.at(-1);
    if (!last) return;
    this.lastSeq = last.position.seq;
    if (last.kind === 'commit') {
      this.lastDelayMs = this.options.clock.now() - Date.parse(last.commit.at);
    }
    const calls: [TailListener, readonly LogEntry[]][] = [];
    for (const [runId, list] of watched) {
      for (const listener of this.ofRun.get(runId) ?? []) calls.push([listener, list]);
    }
    for (const listener of this.ofShard) calls.push([listener, entries]);
    for (const [listener, list] of calls) this.hand(listener, list);
  }

  private hand(listener: TailListener, entries: readonly LogEntry[]): void {
    try {
      listener.onEntries(entries);
    } catch (error) {
      // One watcher's trouble is not the others'.
      this.options.logger.error({ err: error, shard: this.options.shard }, 'a watcher failed');
    }
  }

  private end(error: unknown): void {
    const { logger, shard, onEnd } = this.options;
    if (this.over) return;
    this.over = true;
    if (error !== undefined) {
      logger.error({ err: error, shard, reason: messageOf(error) }, 'the tail of a shard ended');
    }
    onEnd();
    const listeners = [...this.ofShard, ...[...this.ofRun.values()].flatMap((set) => [...set])];
    this.ofShard.clear();
    this.ofRun.clear();
    for (const listener of listeners) listener.onLost();
  }
}
