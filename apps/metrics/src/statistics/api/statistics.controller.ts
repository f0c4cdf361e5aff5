import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type RequestOf, type ResponseOf } from '@runnel/messaging';

import { DeploymentSummariesQuery } from '../read-model/deployment-summaries.query';
import { HealthSummaryQuery } from '../read-model/health-summary.query';
import { RunStatsQuery } from '../read-model/run-stats.query';
import { SystemSummaryQuery } from '../read-model/system-summary.query';

/** Answers questions about numbers of runs. */
@Controller()
export class StatisticsController {
  constructor(
    private readonly stats: RunStatsQuery,
    private readonly summaries: DeploymentSummariesQuery,
    private readonly health: HealthSummaryQuery,
    private readonly system: SystemSummaryQuery,
  ) {}

  @Answers('svc.metrics.run-stats')
  runStats(
    @Payload() request: RequestOf<'svc.metrics.run-stats'>,
  ): Promise<ResponseOf<'svc.metrics.run-stats'>> {
    return this.stats.get(request);
  }

  @Answers('svc.metrics.deployment-summaries')
  deploymentSummaries(
    @Payload() request: RequestOf<'svc.metrics.deployment-summaries'>,
  ): Promise<ResponseOf<'svc.metrics.deployment-summaries'>> {
    return this.summaries.get(request);
  }

  @Answers('svc.metrics.health-summary')
  healthSummary(
    @Payload() request: RequestOf<'svc.metrics.health-summary'>,
  ): Promise<ResponseOf<'svc.metrics.health-summary'>> {
    return this.health.get(request);
  }

  @Answers('svc.metrics.system-summary')
  systemSummary(
    @Payload() request: RequestOf<'svc.metrics.system-summary'>,
  ): Promise<ResponseOf<'svc.metrics.system-summary'>> {
    return this.system.get(request);
  }
}
