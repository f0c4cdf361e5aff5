import 'reflect-metadata';

import type {
  DynamicModule,
  INestApplicationContext,
  INestMicroservice,
  Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { ConfigurationError, EX_CONFIG } from '@runnel/config';
import { type App, BoundedNatsServer, natsOptions, WireErrorFilter } from '@runnel/messaging';
import {
  createLogger,
  type Logger,
  ManagementServer,
  Metrics,
  NestLogger,
  Readiness,
} from '@runnel/telemetry';

import { ServiceModule, type ServiceSettings } from './service.module';
import { stopOnSignal } from './stop-on-signal';

/** What a service is made of: its settings, and the module that imports its features. */
export interface ServiceDefinition {
  readonly app: App;
  readonly settings: ServiceSettings;
  readonly module: Type | DynamicModule;
  /** For a process that also serves HTTP to users: makes and starts that application. */
  readonly createApplication?: (
    root: DynamicModule,
    logger: Logger,
  ) => Promise<INestApplicationContext>;
}

/**
 * The life of a service process: logger, metrics, management port, NATS microservice, graceful stop.
 * Configuration that cannot be used is printed and ends the process with code 78.
 */
export async function runService(define: () => ServiceDefinition): Promise<void> {
  const definition = readDefinition(define);
  const { app, settings } = definition;
  const logger = createLogger(app, settings.logLevel);
  const metrics = new Metrics(app);
  const readiness = new Readiness();
  const management = new ManagementServer(readiness, metrics);
  const root = ServiceModule.forRoot({ ...definition, logger, metrics, readiness });

  const port = await management.listen(settings.managementHost, settings.managementPort);
  const application = await (definition.createApplication ?? createMicroservice(settings))(
    root,
    logger,
  );
  readiness.enter('started');
  const graceMs = settings.shutdownGraceMs;
  stopOnSignal({ application, management, readiness, logger, graceMs });
  logger.info({ managementPort: port }, 'service started');
}

function readDefinition(define: () => ServiceDefinition): ServiceDefinition {
  try {
    return define();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}

function createMicroservice(settings: ServiceSettings) {
  return async (root: DynamicModule, logger: Logger): Promise<INestMicroservice> => {
    const application = await NestFactory.createMicroservice<MicroserviceOptions>(root, {
      ...microserviceOptions(settings),
      logger: new NestLogger(logger),
    });
    application.useGlobalFilters(new WireErrorFilter(logger));
    await application.listen();
    return application;
  };
}

/** How a service listens for questions of other services: one queue group per app, so one copy answers each. */
export function microserviceOptions(settings: ServiceSettings): MicroserviceOptions {
  return {
    strategy: new BoundedNatsServer({
      ...natsOptions(settings.natsUrl, `${settings.app}-rpc`),
      queue: settings.app,
    }),
  };
}
