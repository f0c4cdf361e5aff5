import { Module } from '@nestjs/common';

import { EnvironmentsModule } from '../environments/environments.module';
import { PatternsModule } from '../patterns/patterns.module';
import { PostgresCapturedEvents } from './adapters/postgres-captured-events';
import { PostgresTargetQuery } from './adapters/postgres-target-query';
import { PostgresScheduleQuery } from './adapters/postgres-schedule-query';
import { TypeormEndpointStore } from './adapters/typeorm-endpoint-store';
import { TypeormVersionStore } from './adapters/typeorm-version-store';
import { DeploymentsController } from './api/deployments.controller';
import { EndpointsController } from './api/endpoints.controller';
import { ReleasesController } from './api/releases.controller';
import { SchedulesController } from './api/schedules.controller';
import { TargetsController } from './api/targets.controller';
import { CaptureEventHandler } from './application/capture-event.handler';
import { CapturedEvents } from './application/captured-events.port';
import { DeployPatternHandler } from './application/deploy-pattern.handler';
import { EndpointStore } from './application/endpoint-store.port';
import { EndpointsHandler } from './application/endpoints.handler';
import { ReadDeploymentsHandler } from './application/read-deployments.handler';
import { ReleaseWriter } from './application/release-writer';
import { ResolveTargetHandler } from './application/resolve-target.handler';
import { ScheduleQuery } from './application/schedule-query.port';
import { SchedulesHandler } from './application/schedules.handler';
import { SteerDeploymentHandler } from './application/steer-deployment.handler';
import { TargetQuery } from './application/target-query.port';
import { TripBreakerHandler } from './application/trip-breaker.handler';
import { UndeployPatternHandler } from './application/undeploy-pattern.handler';
import { VersionStore } from './application/version-store.port';
import { DeploymentStoresModule } from './deployment-stores.module';

/** Patterns made live: versions, deployments, webhook endpoints, and who may be reached by what. */
@Module({
  imports: [DeploymentStoresModule, EnvironmentsModule, PatternsModule],
  controllers: [
    ReleasesController,
    DeploymentsController,
    EndpointsController,
    SchedulesController,
    TargetsController,
  ],
  providers: [
    { provide: VersionStore, useClass: TypeormVersionStore },
    { provide: EndpointStore, useClass: TypeormEndpointStore },
    { provide: TargetQuery, useClass: PostgresTargetQuery },
    { provide: CapturedEvents, useClass: PostgresCapturedEvents },
    { provide: ScheduleQuery, useClass: PostgresScheduleQuery },
    ReleaseWriter,
    DeployPatternHandler,
    UndeployPatternHandler,
    SteerDeploymentHandler,
    ReadDeploymentsHandler,
    EndpointsHandler,
    ResolveTargetHandler,
    CaptureEventHandler,
    SchedulesHandler,
    TripBreakerHandler,
  ],
})
export class DeploymentsFeatureModule {}
