import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { Clock, SystemClock } from '@runnel/clock';
import {
  type App,
  connectNats,
  NATS,
  type NatsConnection,
  natsOptions,
  ServiceClient,
} from '@runnel/messaging';
import { LOGGER, type Logger, METRICS, type Metrics, Readiness } from '@runnel/telemetry';

import { createPingController } from './ping.controller';

/** What every service process needs to know. */
export interface ServiceSettings {
  readonly app: App;
  readonly natsUrl: string;
  readonly logLevel: string;
  readonly managementHost: string;
  /** 0 takes a free port. */
  readonly managementPort: number;
  readonly shutdownGraceMs: number;
}

/** The settings of a service from its parsed environment (`commonVariables`). */
export function serviceSettings(
  app: App,
  environment: {
    readonly RUNNEL_NATS_URL: string;
    readonly RUNNEL_LOG_LEVEL: string;
    readonly RUNNEL_MANAGEMENT_HOST: string;
    readonly RUNNEL_MANAGEMENT_PORT: number;
    readonly RUNNEL_SHUTDOWN_GRACE_MS: number;
  },
): ServiceSettings {
  return {
    app,
    natsUrl: environment.RUNNEL_NATS_URL,
    logLevel: environment.RUNNEL_LOG_LEVEL,
    managementHost: environment.RUNNEL_MANAGEMENT_HOST,
    managementPort: environment.RUNNEL_MANAGEMENT_PORT,
    shutdownGraceMs: environment.RUNNEL_SHUTDOWN_GRACE_MS,
  };
}

interface ServiceParts {
  readonly app: App;
  readonly settings: ServiceSettings;
  readonly module: Type | DynamicModule;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** Root module of a service: what all features may inject, the ping, and the app's own module. */
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    private readonly client: ServiceClient,
  ) {}

  static forRoot(parts: ServiceParts): DynamicModule {
    const providers = providersOf(parts);
    return {
      module: ServiceModule,
      global: true,
      imports: [parts.module],
      controllers: [createPingController(parts.app)],
      providers,
      exports: providers,
    };
  }

  /** Last of all, when no feature uses them any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
    await this.nats.drain();
  }
}

function providersOf({ settings, logger, metrics, readiness }: ServiceParts): Provider[] {
  return [
    { provide: LOGGER, useValue: logger },
    { provide: METRICS, useValue: metrics },
    { provide: Readiness, useValue: readiness },
    { provide: Clock, useClass: SystemClock },
    {
      provide: NATS,
      useFactory: async (): Promise<NatsConnection> => {
        const connection = await connectNats(settings.natsUrl, settings.app);
        readiness.register('nats', () => connection.flush());
        return connection;
      },
    },
    {
      provide: ServiceClient,
      useFactory: () =>
        new ServiceClient(
          ClientProxyFactory.create({
            transport: Transport.NATS,
            options: natsOptions(settings.natsUrl, `${settings.app}-client`),
          }),
        ),
    },
  ];
}
