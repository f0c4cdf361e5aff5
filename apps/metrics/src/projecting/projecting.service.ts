import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  HeadWatch,
  type Projection,
  ProjectionWatch,
  Projector,
  RunArchive,
} from '@runnel/projection';
import { RunLog } from '@runnel/run-log';
import { METRICS, type Metrics, Readiness } from '@runnel/telemetry';

import { CONFIG, type MetricsConfig } from '../config';
import { METRICS_SCHEMA } from '../schema';
import { PROJECTIONS } from './projections.token';
import { ReadModelLag } from './read-model-lag';

/** The read model that lag is told of; the others move in the same transactions. */
const MAIN = 'run-list';
const LAG_EVERY_MS = 2_000;

/** Starts and stops the projectors, and tells the world how they are doing. */
@Injectable()
export class ProjectingService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly projector: Projector;
  private readonly lagSeconds;
  private readonly lagEntries;
  private lagTimer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: MetricsConfig,
    @Inject(PROJECTIONS) projections: readonly Projection[],
    @Inject(METRICS) metrics: Metrics,
    private readonly heads: HeadWatch,
    private readonly lag: ReadModelLag,
    private readonly watch: ProjectionWatch,
    private readonly readiness: Readiness,
    runLog: RunLog,
    archive: RunArchive,
  ) {
    this.projector = new Projector({
      schema: METRICS_SCHEMA.schema,
      url: config.RUNNEL_DATABASE_URL,
      projections,
      runLog,
      watch,
      archive,
      limits: {
        maxEntries: config.RUNNEL_PROJECTION_BATCH,
        intervalMs: config.RUNNEL_PROJECTION_INTERVAL_MS,
      },
    });
    this.lagSeconds = metrics.gauge(
      'runnel_metrics_projection_lag_seconds',
      'Time for which the log has been ahead of the read models',
      ['shard'],
    );
    this.lagEntries = metrics.gauge(
      'runnel_metrics_projection_lag_entries',
      'Log entries that the read models do not hold yet',
      ['shard'],
    );
  }

  onApplicationBootstrap(): void {
    this.heads.start();
    this.projector.start();
    this.lagTimer = setInterval(() => void this.observeLag(), LAG_EVERY_MS);
    this.readiness.register('projections', () => this.check());
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.lagTimer);
    this.heads.stop();
    await this.projector.stop();
  }

  private async check(): Promise<void> {
    const [problem] = this.watch.problems();
    if (problem !== undefined) throw new Error(problem);
    const { lagSeconds } = await this.lag.of(MAIN);
    if (lagSeconds <= this.config.RUNNEL_PROJECTION_LAG_SECONDS) return;
    throw new Error(`the read models are ${Math.round(lagSeconds)} s behind the log`);
  }

  private async observeLag(): Promise<void> {
    // While Postgres is away the last known values stand; readiness tells of it.
    const lag = await this.lag.of(MAIN).catch(() => undefined);
    for (const [shard, seq] of (lag?.positions ?? []).entries()) {
      const label = { shard: String(shard) };
      this.lagSeconds.set(label, this.heads.lagSeconds(shard, seq));
      this.lagEntries.set(label, Math.max(0, this.heads.head(shard) - seq));
    }
  }
}
