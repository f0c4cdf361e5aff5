import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';

import { Clock } from '@runnel/clock';
import { ProjectionWatch } from '@runnel/projection';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { ReadModelCheck } from '../audit/read-model-check';
import { CONFIG, type MetricsConfig } from '../config';
import { SealedRuns } from './application/sealed-runs.port';
import { Sealer } from './application/sealer';
import { StatisticsSweep } from './application/statistics-sweep.port';
import { SubjectWatch } from './subject-watch';

const DAY_MS = 86_400_000;

/** Now and then takes old runs out of the log and old buckets out of the statistics, of the shards this process projects. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly sealer: Sealer;
  private readonly subjects: SubjectWatch;
  private readonly sealedRuns;
  private life: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: MetricsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    private readonly clock: Clock,
    private readonly watch: ProjectionWatch,
    private readonly sweep: StatisticsSweep,
    log: RunLog,
    sealed: SealedRuns,
    check: ReadModelCheck,
  ) {
    const hotMs = config.RUNNEL_HOT_DAYS * DAY_MS;
    this.sealer = new Sealer({ log, sealed, check, clock, logger, hotMs });
    this.subjects = new SubjectWatch(log, logger, metrics, config.RUNNEL_LOG_SUBJECTS_ALARM);
    this.sealedRuns = metrics.counter(
      'runnel_metrics_sealed_runs_total',
      'Runs whose events were taken out of the log; the read models keep them',
    );
  }

  onApplicationBootstrap(): void {
    this.life = this.live();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.life;
  }

  private async live(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.attempt('subjects not counted', () => this.subjects.look());
      for (const shard of this.watch.ownedShards()) {
        await this.attempt('sealing put off', () => this.seal(shard));
        await this.attempt('old statistics not removed', () => this.sweepAll(shard));
      }
      const everyMs = this.config.RUNNEL_RETENTION_SECONDS * 1_000;
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(failing: string, work: () => Promise<void>): Promise<void> {
    if (this.stopping.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error }, failing);
    }
  }

  private async seal(shard: number): Promise<void> {
    const runs = await this.sealer.pass(shard, this.stopping.signal);
    if (runs === 0) return;
    this.sealedRuns.inc(runs);
    this.logger.info({ shard, runs }, 'ended runs taken out of the log');
  }

  private async sweepAll(shard: number): Promise<void> {
    const before = this.clock.now() - this.config.RUNNEL_STATISTICS_DAYS * DAY_MS;
    while (!this.stopping.signal.aborted && (await this.sweep.sweep(shard, before)) > 0);
  }
}
