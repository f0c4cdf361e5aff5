import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { UnavailableError } from '@runnel/errors';
import type { LogEntry } from '@runnel/run-log';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger } from '@runnel/telemetry';

import { ShardTail, type TailListener } from './shard-tail';

/** How one follows a run or a shard from a point on. */
export interface Following {
  /** Everything after this sequence is in `recent` or will be told to the listener. */
  readonly from: number;
  /** What was already read after `from`, oldest first. */
  readonly recent: readonly LogEntry[];
  /** Sequence up to which `recent` reaches. */
  readonly position: number;
  stop(): void;
}

/** Covers a read model that lags by seconds at full load; beyond it a scan of the log helps out. */
const RECENT = { maxEntries: 4_000, maxBytes: 16 * 1_024 * 1_024 };
/** A first watcher may come right after the last has gone. */
const IDLE_MS = 30_000;

/** The tails of this process: one per shard that somebody watches, started by the first and stopped after the last. */
@Injectable()
export class TailHub implements OnApplicationShutdown {
  private readonly tails = new Map<number, ShardTail>();
  private readonly starting = new Map<number, Promise<ShardTail>>();
  private readonly idle = new Map<number, NodeJS.Timeout>();
  private closed = false;

  constructor(
    private readonly log: RunLog,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /** Shards that somebody watches through this process. */
  get size(): number {
    return this.tails.size;
  }

  /** Runs and shards that are listened to. */
  get listeners(): number {
    return [...this.tails.values()].reduce((sum, tail) => sum + tail.listeners, 0);
  }

  /** Seconds by which the slowest tail is behind the log, as of what it handed on last. */
  get delaySeconds(): number {
    return Math.max(0, ...[...this.tails.values()].map((tail) => tail.delayMs)) / 1_000;
  }

  /**
   * Follows a run. `since`: where the caller's own knowledge ends; a tail that has to be started begins there,
   * if that is not far behind.
   * @throws UnavailableError when the log cannot be reached
   */
  async followRun(runId: string, listener: TailListener, since?: number): Promise<Following> {
    const tail = await this.liveTailOf(this.log.shardOf(runId), since);
    const stop = tail.listenToRun(runId, listener);
    return this.following(tail, tail.recent.ofRun(runId), stop);
  }

  /** Follows a whole shard. Throws UnavailableError. */
  async followShard(
    shard: number,
    listener: TailListener,
    wanted: (entry: LogEntry) => boolean = () => false,
  ): Promise<Following> {
    const tail = await this.liveTailOf(shard);
    const stop = tail.listenToShard(listener);
    return this.following(tail, tail.recent.select(wanted), stop);
  }

  onApplicationShutdown(): void {
    this.closed = true;
    for (const timer of this.idle.values()) clearTimeout(timer);
    for (const tail of this.tails.values()) tail.stop();
  }

  private following(tail: ShardTail, recent: LogEntry[], stop: () => void): Following {
    return {
      from: tail.recent.from,
      recent,
      position: tail.position,
      stop: () => {
        stop();
        this.stopWhenIdle(tail);
      },
    };
  }

  private async liveTailOf(shard: number, since?: number): Promise<ShardTail> {
    const tail = await this.tailOf(shard, since);
    if (!tail.ended) return tail;
    throw new UnavailableError('log', 'the log cannot be followed right now; try again shortly');
  }

  private async tailOf(shard: number, since?: number): Promise<ShardTail> {
    clearTimeout(this.idle.get(shard));
    const running = this.tails.get(shard) ?? this.starting.get(shard);
    if (running) return running;
    const started = this.start(shard, since).finally(() => this.starting.delete(shard));
    this.starting.set(shard, started);
    return started;
  }

  private async start(shard: number, since: number | undefined): Promise<ShardTail> {
    const head = await this.log.lastSequence(shard);
    const after = since === undefined ? head : Math.max(since, head - RECENT.maxEntries);
    const tail = new ShardTail({
      log: this.log,
      shard,
      after: Math.min(after, head),
      recent: RECENT,
      logger: this.logger,
      clock: this.clock,
      onEnd: () => {
        if (this.tails.get(shard) === tail) this.tails.delete(shard);
      },
    });
    this.tails.set(shard, tail);
    if (this.closed) tail.stop();
    return tail;
  }

  private stopWhenIdle(tail: ShardTail): void {
    if (tail.listeners > 0) return;
    const shard = [...this.tails].find(([, known]) => known === tail)?.[0];
    if (shard === undefined) return;
    clearTimeout(this.idle.get(shard));
    const timer = setTimeout(() => {
      if (tail.listeners === 0) tail.stop();
    }, IDLE_MS);
    timer.unref();
    this.idle.set(shard, timer);
  }
}
