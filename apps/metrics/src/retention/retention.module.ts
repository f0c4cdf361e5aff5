import { Module } from '@nestjs/common';

import { AuditModule } from '../audit/audit.module';
import { PostgresSealedRuns } from './adapters/postgres-sealed-runs';
import { PostgresStatisticsSweep } from './adapters/postgres-statistics-sweep';
import { SealedRuns } from './application/sealed-runs.port';
import { StatisticsSweep } from './application/statistics-sweep.port';
import { RetentionService } from './retention.service';

/** What is kept for how long: runs in the log, buckets of statistics. */
@Module({
  imports: [AuditModule],
  providers: [
    RetentionService,
    { provide: SealedRuns, useClass: PostgresSealedRuns },
    { provide: StatisticsSweep, useClass: PostgresStatisticsSweep },
  ],
})
export class RetentionModule {}
