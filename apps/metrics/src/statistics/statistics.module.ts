import { Module } from '@nestjs/common';

import { StatisticsController } from './api/statistics.controller';
import { DeploymentSummariesQuery } from './read-model/deployment-summaries.query';
import { HealthSummaryQuery } from './read-model/health-summary.query';
import { RunStatsQuery } from './read-model/run-stats.query';
import { SystemSummaryQuery } from './read-model/system-summary.query';

/** Numbers over runs. */
@Module({
  controllers: [StatisticsController],
  providers: [RunStatsQuery, DeploymentSummariesQuery, HealthSummaryQuery, SystemSummaryQuery],
})
export class StatisticsModule {}
