import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WireErrorFilter } from '@runnel/messaging';
import { microserviceOptions, type ServiceSettings } from '@runnel/service';
import { type Logger, NestLogger } from '@runnel/telemetry';

import { WebhookRoutes } from './automation/webhooks/webhook.routes';
import type { GatewayConfig } from './config';
import { HealthRoutes } from './health/health.routes';
import { createFastify } from './http/create-fastify';
import { EdgeAdapter } from './http/edge-adapter';
import { HttpErrorFilter } from './http/errors/http-error.filter';
import { HttpEdge } from './http/http-edge';
import { SocketServer } from './live/socket/socket-server';
import { RunStreamRoutes } from './live/sse/run-stream.routes';

/** Routes on Fastify itself, beside those of Nest's controllers. */
const ROUTES = [HealthRoutes, WebhookRoutes, RunStreamRoutes, SocketServer];

/**
 * The HTTP application, listening. The edge is installed before the first route, whoever registers it, so
 * that none can be outside of it.
 */
export async function createApplication(
  root: DynamicModule,
  { config, settings, logger }: ApplicationParts,
): Promise<NestFastifyApplication> {
  const fastify = createFastify(config);
  const application = await NestFactory.create<NestFastifyApplication>(
    root,
    new EdgeAdapter(fastify),
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  application.get(HttpEdge).install(fastify);
  for (const routes of ROUTES)
    application.get<{ register(to: typeof fastify): void }>(routes).register(fastify);
  application.useGlobalFilters(new HttpErrorFilter(logger));
  const answers = application.connectMicroservice(microserviceOptions(settings), {
    deferInitialization: true,
  });
  answers.useGlobalFilters(new WireErrorFilter(logger));
  await application.startAllMicroservices();
  await application.listen(config.PORT, config.RUNNEL_HOST);
  return application;
}

export interface ApplicationParts {
  readonly config: GatewayConfig;
  readonly settings: ServiceSettings;
  readonly logger: Logger;
}
