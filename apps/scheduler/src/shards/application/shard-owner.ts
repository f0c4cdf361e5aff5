import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';

import type { ShardLease, ShardLocks } from './shard-lock.port';
import { ShardScheduler, type ShardSchedulerParts } from './shard-scheduler';
import type { Snapshots } from './snapshots.port';

const TICK_MS = 50;
const REAP_MS = 1_000;
const SNAPSHOT_MS = 1_000;
/** Another copy owns the shard: ask again after this, give or take half. */
const STANDBY_MS = 1_000;

type OwnedParts = Omit<ShardSchedulerParts, 'endOfLog'>;

/**
 * Keeps trying to own one shard and schedules it while it does. Losing the lock, the database or the log
 * ends the ownership; what was decided is in the log, so the next owner goes on from there.
 */
export class ShardOwner {
  private readonly stopping = new AbortController();
  private current: ShardScheduler | undefined;
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: OwnedParts,
    private readonly locks: ShardLocks,
    private readonly snapshots: Snapshots,
  ) {}

  /** The scheduler of the shard while this process owns it. */
  get scheduler(): ShardScheduler | undefined {
    return this.current;
  }

  start(): void {
    this.finished = this.compete();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.finished;
  }

  private async compete(): Promise<void> {
    const { logger, shard, random } = this.parts;
    while (!this.stopping.signal.aborted) {
      try {
        await this.ownOnce();
      } catch (error) {
        logger.error({ shard, err: error }, 'shard given up, will be taken again');
      }
      await pause(STANDBY_MS * (0.5 + random()), this.stopping.signal);
    }
  }

  private async ownOnce(): Promise<void> {
    const { logger, shard } = this.parts;
    const ownership = new AbortController();
    const lease = await this.locks.tryTake(shard, (reason) => {
      logger.warn({ shard, reason: messageOf(reason) }, 'shard lock lost');
      ownership.abort();
    });
    if (lease === undefined) return;
    try {
      await this.schedule(AbortSignal.any([ownership.signal, this.stopping.signal]));
    } finally {
      ownership.abort();
      this.current = undefined;
      await release(lease, logger);
    }
  }

  private async schedule(signal: AbortSignal): Promise<void> {
    const { logger, shard, log } = this.parts;
    const snapshot = await this.snapshots.load(shard);
    const scheduler = new ShardScheduler({
      ...this.parts,
      endOfLog: await log.lastSequence(shard),
    });
    scheduler.restore(snapshot);
    this.current = scheduler;
    logger.info({ shard, seq: snapshot.seq, liveRuns: snapshot.runs.length }, 'shard taken over');
    const timers = [
      setInterval(() => scheduler.tick(), TICK_MS),
      setInterval(() => scheduler.reapExecutors(), REAP_MS),
    ];
    const saving = new AbortController();
    const saved = this.saveRegularly(scheduler, AbortSignal.any([signal, saving.signal]));
    try {
      await Promise.race([scheduler.follow(signal), saved]);
    } finally {
      timers.forEach(clearInterval);
      saving.abort();
      await saved.catch((error: unknown) => {
        logger.warn({ shard, reason: messageOf(error) }, 'last snapshot not stored');
      });
    }
  }

  /** Rejects when a snapshot cannot be stored because somebody else has moved it, or Postgres is away. */
  private async saveRegularly(scheduler: ShardScheduler, signal: AbortSignal): Promise<void> {
    for (let last = false; !last;) {
      await pause(SNAPSHOT_MS, signal);
      last = signal.aborted;
      const change = scheduler.snapshotChange();
      if (change === undefined) continue;
      await this.snapshots.save(change);
      scheduler.runs.confirm(change);
    }
  }
}

async function release(lease: ShardLease, logger: Logger): Promise<void> {
  try {
    await lease.release();
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, 'shard lock not released cleanly');
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
