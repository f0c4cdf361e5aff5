import { type DynamicModule, Module } from '@nestjs/common';
import { RunLogModule } from '@runnel/service';

import { AuditModule } from './audit/audit.module';
import { CONFIG, type MetricsConfig } from './config';
import { DatabaseModule } from './database.module';
import { ProjectingModule } from './projecting/projecting.module';
import { READ_MODELS } from './read-models';
import { RetentionModule } from './retention/retention.module';
import { RunsModule } from './runs/runs.module';
import { StatisticsModule } from './statistics/statistics.module';

/** The service of read models: what anyone sees of runs, folded from the log. */
@Module({})
export class MetricsModule {
  static forRoot(config: MetricsConfig): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      imports: [
        RunLogModule.forRoot(config),
        DatabaseModule.forRoot(config),
        ProjectingModule.forRoot(READ_MODELS),
        RunsModule,
        StatisticsModule,
        AuditModule,
        RetentionModule,
      ],
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
