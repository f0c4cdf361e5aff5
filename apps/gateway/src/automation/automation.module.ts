import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { RunsModule } from '../runs/runs.module';
import { AuthController } from './auth/auth.controller';
import { Sessions } from './auth/sessions';
import { ConnectionsController } from './connections/connections.controller';
import { OAuthController } from './connections/oauth.controller';
import { DeploymentsController } from './deployments/deployments.controller';
import { PatternDeploymentController } from './deployments/pattern-deployment.controller';
import { SchedulesController } from './deployments/schedules.controller';
import { WebhookEndpointsController } from './deployments/webhook-endpoints.controller';
import { EnvironmentsController } from './environments/environments.controller';
import { SecretsController } from './environments/secrets.controller';
import { ExecuteDeployment } from './executions/execute-deployment';
import { ExecutionsController } from './executions/executions.controller';
import { ProjectRunsController } from './executions/project-runs.controller';
import { RepeatRun } from './executions/repeat-run';
import { RetryRuns } from './executions/retry-runs';
import { RunCommandsController } from './executions/run-commands.controller';
import { TestRunsController } from './executions/test-runs.controller';
import { NodesController } from './nodes/nodes.controller';
import { PatternsController } from './patterns/patterns.controller';
import { WebhooksModule } from './webhooks/webhooks.module';

/** The automation door (contracts/automation.md). */
@Module({
  imports: [HttpModule, RunsModule, WebhooksModule],
  controllers: [
    AuthController,
    PatternsController,
    PatternDeploymentController,
    NodesController,
    DeploymentsController,
    WebhookEndpointsController,
    SchedulesController,
    ExecutionsController,
    ProjectRunsController,
    RunCommandsController,
    TestRunsController,
    EnvironmentsController,
    SecretsController,
    ConnectionsController,
    OAuthController,
  ],
  providers: [ExecuteDeployment, RepeatRun, RetryRuns, Sessions],
  exports: [WebhooksModule],
})
export class AutomationModule {}
