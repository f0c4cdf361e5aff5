import { Module } from '@nestjs/common';

import { PostgresDeploymentStore } from './adapters/postgres-deployment-store';
import { PostgresPatternEndpoints } from './adapters/postgres-pattern-endpoints';
import { DeploymentStore } from './application/deployment-store.port';
import { LiveDeployments } from './live-deployments';
import { PatternEndpoints } from './pattern-endpoints';

/** What the patterns feature needs of this one, apart from it so that neither module imports the other in a circle. */
@Module({
  providers: [
    PostgresDeploymentStore,
    { provide: DeploymentStore, useExisting: PostgresDeploymentStore },
    { provide: LiveDeployments, useExisting: PostgresDeploymentStore },
    { provide: PatternEndpoints, useClass: PostgresPatternEndpoints },
  ],
  exports: [DeploymentStore, LiveDeployments, PatternEndpoints],
})
export class DeploymentStoresModule {}
