import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock } from '@runnel/clock';
import {
  EXECUTOR_HEARTBEAT,
  type ExecutorHeartbeat,
  NATS,
  type NatsConnection,
  ServiceClient,
} from '@runnel/messaging';
import { RunLog, WorkQueue } from '@runnel/run-log';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { CONFIG, type SchedulerConfig } from '../config';
import { BreakerCounts } from './application/breaker-counts.port';
import { CircuitBreaker } from './application/circuit-breaker';
import { ExecutorWatch } from './application/executor-watch';
import { QueueGuard } from './application/queue-guard';
import { RunNotices } from './application/run-notices.port';
import { ShardLocks } from './application/shard-lock.port';
import { ShardOwner } from './application/shard-owner';
import { Snapshots } from './application/snapshots.port';
import { shareOf } from './domain/project-budget';

const GUARD_MS = 2_000;
const BREAKER_MS = 1_000;

/** Starts and stops the shard owners of this process, and listens for the executors' heartbeats. */
@Injectable()
export class ShardsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watch: ExecutorWatch;
  private readonly owners: readonly ShardOwner[];
  private readonly guard: QueueGuard;
  private readonly breaker: CircuitBreaker;
  private breakerTimer: NodeJS.Timeout | undefined;
  private guardTimer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) config: SchedulerConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    private readonly clock: Clock,
    private readonly queue: WorkQueue,
    log: RunLog,
    locks: ShardLocks,
    snapshots: Snapshots,
    notices: RunNotices,
    counts: BreakerCounts,
    services: ServiceClient,
  ) {
    this.watch = new ExecutorWatch(config.RUNNEL_LEASE_SECONDS * 1000);
    const projectLimit = shareOf(config.RUNNEL_PROJECT_CONCURRENCY, log.shards);
    this.owners = Array.from({ length: log.shards }, (_, shard) => {
      const { watch } = this;
      const parts = { shard, log, queue, watch, notices, clock, random: Math.random, logger };
      const window = config.RUNNEL_DISPATCH_WINDOW;
      return new ShardOwner({ ...parts, window, projectLimit }, locks, snapshots);
    });
    this.breaker = new CircuitBreaker(counts, services, logger, config.RUNNEL_BREAKER_THRESHOLD);
    this.guard = new QueueGuard(queue, this.owners, logger);
    this.observe(metrics);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.nats.subscribe(EXECUTOR_HEARTBEAT, {
      callback: (_error, message) =>
        this.watch.heard(message.json<ExecutorHeartbeat>().executor, this.clock.now()),
    });
    void this.followConnection();
    this.owners.forEach((owner) => owner.start());
    this.breakerTimer = setInterval(() => void this.breaker.look(), BREAKER_MS);
    this.guardTimer = setInterval(() => {
      this.watch.prune(this.clock.now());
      void this.guard.look();
    }, GUARD_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.breakerTimer);
    clearInterval(this.guardTimer);
    await Promise.all(this.owners.map((owner) => owner.stop()));
    await this.queue.close();
  }

  /** Silence while we were cut off says nothing about executors, and a server that came back may have lost the queue. */
  private async followConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (String(status.type) !== 'reconnect') continue;
      this.logger.info('nats connection is back');
      this.watch.pardonAll(this.clock.now());
      await this.guard.look();
    }
  }

  private observe(metrics: Metrics): void {
    const sum = (of: (owner: ShardOwner) => number | undefined) => (): number =>
      this.owners.reduce((total, owner) => total + (of(owner) ?? 0), 0);
    metrics.observedGauge(
      'runnel_scheduler_owned_shards',
      'Shards this process schedules',
      sum(({ scheduler }) => (scheduler ? 1 : 0)),
    );
    metrics.observedGauge(
      'runnel_scheduler_live_runs',
      'Runs that have not ended',
      sum(({ scheduler }) => scheduler?.runs.size),
    );
    metrics.observedGauge(
      'runnel_scheduler_ready_runs',
      'Runs ready and not yet offered',
      sum(({ scheduler }) => scheduler?.dispatcher.readyCount),
    );
    metrics.observedGauge(
      'runnel_scheduler_offered_runs',
      'Runs offered and not yet taken',
      sum(({ scheduler }) => scheduler?.dispatcher.offeredCount),
    );
  }
}
