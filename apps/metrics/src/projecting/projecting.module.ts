import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { Database } from '@runnel/database';
import { HeadWatch, type Projection, ProjectionWatch, RunArchive } from '@runnel/projection';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { PostgresArchive } from './postgres-archive';
import { PROJECTIONS } from './projections.token';
import { ProjectingService } from './projecting.service';
import { ReadModelLag } from './read-model-lag';

/** Runs the projectors of this process, and tells how far the read models have come. */
@Module({})
export class ProjectingModule {
  static forRoot(projections: readonly Projection[]): DynamicModule {
    return {
      module: ProjectingModule,
      global: true,
      providers: [
        ProjectingService,
        ReadModelLag,
        {
          provide: RunArchive,
          inject: [Database],
          useFactory: (database: Database) => new PostgresArchive(database),
        },
        { provide: PROJECTIONS, useValue: projections },
        {
          provide: ProjectionWatch,
          inject: [METRICS, LOGGER],
          useFactory: (metrics: Metrics, logger: Logger) => new ProjectionWatch(metrics, logger),
        },
        {
          provide: HeadWatch,
          inject: [RunLog, Clock],
          useFactory: (log: RunLog, clock: Clock) => new HeadWatch(log, () => clock.now()),
        },
      ],
      exports: [ProjectionWatch, ReadModelLag],
    };
  }
}
