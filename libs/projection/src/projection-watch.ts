import { isConnectionProblem } from '@runnel/database';
import { messageOf } from '@runnel/errors';
import type { Logger, Metrics } from '@runnel/telemetry';

import { PositionMovedError } from './lane';
import type { Layout } from './layout';
import type { AppliedBatch } from './projection-version';

const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];
const BATCH_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * What the projectors of one process are doing, as metrics, logs and readiness. A failure is logged when it
 * begins and when it has passed, not each time the same batch fails again.
 */
export class ProjectionWatch {
  private readonly failing = new Map<string, string>();
  private readonly batchEntries;
  private readonly batchSeconds;
  private readonly events;
  private readonly failures;
  private readonly owned = new Set<number>();

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.batchEntries = metrics.histogram(
      'runnel_metrics_projection_batch_entries',
      'Log entries applied in one transaction',
      BATCH_SIZES,
    );
    this.batchSeconds = metrics.histogram(
      'runnel_metrics_projection_batch_seconds',
      'Time one transaction of a projection takes',
      BATCH_SECONDS,
    );
    this.events = metrics.counter(
      'runnel_metrics_projection_events_total',
      'Events folded into read models; its rate is events per second',
      ['shard'],
    );
    this.failures = metrics.counter(
      'runnel_metrics_projection_failures_total',
      'Batches that could not be applied and are tried again',
      ['shard'],
    );
    metrics.observedGauge(
      'runnel_metrics_projection_owned_shards',
      'Shards whose read models this process writes',
      () => this.owned.size,
    );
    metrics.observedGauge(
      'runnel_metrics_projection_failing',
      'Projections of this process that are held up by an error',
      () => this.failing.size,
    );
  }

  /** Shards that this process projects now. */
  ownedShards(): readonly number[] {
    return [...this.owned].sort((a, b) => a - b);
  }

  /** What holds up projections of this process, for its readiness. */
  problems(): readonly string[] {
    return [...this.failing].map(([what, message]) => `${what}: ${message}`);
  }

  took(shard: number): void {
    this.owned.add(shard);
    this.recovered(ownership(shard));
    this.logger.info({ shard }, 'projecting shard');
  }

  left(shard: number): void {
    if (!this.owned.delete(shard)) return;
    this.forget(laneOf(shard, ''));
    this.logger.info({ shard }, 'no longer projecting shard');
  }

  /** Another process projects the shard. */
  leftToOthers(shard: number): void {
    this.recovered(ownership(shard));
  }

  /** The shard is projected in these lanes from now on. */
  layoutRead(shard: number, { unknown }: Layout): void {
    this.forget(laneOf(shard, ''));
    this.forget(UNKNOWN);
    for (const { name, version, shape } of unknown) {
      const message = `its shape ${shape} is not known to this release; switch to one that is`;
      this.failing.set(`${UNKNOWN}${name} v${version}`, message);
      this.logger.error(
        { projection: name, version, shape },
        'projection of unknown shape stands still',
      );
    }
  }

  applied(shard: number, lane: string, { entries, milliseconds }: AppliedBatch): void {
    let events = 0;
    for (const entry of entries) if (entry.kind === 'commit') events += entry.commit.events.length;
    this.events.inc({ shard: String(shard) }, events);
    this.batchEntries.observe(entries.length);
    this.batchSeconds.observe(milliseconds / 1_000);
    this.recovered(laneOf(shard, lane));
  }

  /** A batch could not be applied; the same one is tried again. */
  laneFailed(shard: number, lane: string, error: unknown): void {
    this.failures.inc({ shard: String(shard) });
    this.failed(laneOf(shard, lane), error, { shard, projections: lane });
  }

  /** The shard could not be taken, or was lost to an error. */
  ownershipFailed(shard: number, error: unknown): void {
    this.failed(ownership(shard), error, { shard });
  }

  private failed(what: string, error: unknown, facts: object): void {
    const news = !this.failing.has(what);
    this.failing.set(what, messageOf(error));
    if (!news) return this.logger.debug({ ...facts, err: error }, 'projection still held up');
    if (isConnectionProblem(error)) {
      this.logger.warn({ ...facts, err: error }, 'projection waits for Postgres');
    } else if (error instanceof PositionMovedError) {
      this.logger.warn({ ...facts, err: error }, 'shard given up: its position has moved');
    } else {
      this.logger.error(
        { ...facts, err: error },
        'projection held up; the same batch is tried again',
      );
    }
  }

  private forget(prefix: string): void {
    for (const what of this.failing.keys()) if (what.startsWith(prefix)) this.failing.delete(what);
  }

  private recovered(what: string): void {
    if (this.failing.delete(what)) this.logger.info({ what }, 'projection goes on');
  }
}

const UNKNOWN = 'projection ';
const ownership = (shard: number): string => `shard ${shard}`;
const laneOf = (shard: number, lane: string): string => `shard ${shard}, ${lane}`;
