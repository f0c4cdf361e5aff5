import { Module } from '@nestjs/common';

import { HttpModule } from '../../http/http.module';
import { RunsModule } from '../../runs/runs.module';
import { WebhookIntake } from './webhook-intake';
import { WebhookRoutes } from './webhook.routes';
import { WebhookTargets } from './webhook-targets';
import { WebhookWaiter } from './webhook-waiter';

/** Intake of webhooks. */
@Module({
  imports: [HttpModule, RunsModule],
  providers: [WebhookIntake, WebhookRoutes, WebhookTargets, WebhookWaiter],
  exports: [WebhookRoutes],
})
export class WebhooksModule {}
