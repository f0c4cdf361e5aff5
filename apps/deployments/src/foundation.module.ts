import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';
import { createDataSource } from '@runnel/database';
import { EgressClient, parseEgressAllow } from '@runnel/egress';
import { NATS, type NatsConnection } from '@runnel/messaging';
import { LOGGER, type Logger, Readiness } from '@runnel/telemetry';

import { SystemClock } from './clock/adapters/system-clock';
import { Clock } from './clock/clock';
import { CONFIG, type DeploymentsConfig } from './config';
import { NatsDefinitionNotices } from './notices/adapters/nats-definition-notices';
import { DefinitionNotices } from './notices/definition-notices';
import { OAUTH_PROVIDERS } from './oauth-providers/oauth-providers';
import { DEPLOYMENTS_SCHEMA } from './schema';
import { EntityDatabase } from './storage/entity-database';
import { Transactions } from './storage/transactions';

/** What all features stand on: configuration, time, storage, notices. */
@Global()
@Module({})
export class FoundationModule implements OnApplicationShutdown {
  constructor(
    private readonly database: EntityDatabase,
    private readonly egress: EgressClient,
  ) {}

  static forRoot(config: DeploymentsConfig): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: Clock, useClass: SystemClock },
      { provide: SecretBox, useValue: new SecretBox(config.keys.secretBox) },
      { provide: OAUTH_PROVIDERS, useValue: config.oauthProviders },
      {
        provide: EgressClient,
        useFactory: () => new EgressClient({ allow: parseEgressAllow(config.egressAllow) }),
      },
      {
        provide: EntityDatabase,
        useFactory: (readiness: Readiness) => createDatabase(config, readiness),
        inject: [Readiness],
      },
      { provide: Transactions, useExisting: EntityDatabase },
      {
        provide: DefinitionNotices,
        useFactory: (nats: NatsConnection, logger: Logger) =>
          new NatsDefinitionNotices(nats, logger),
        inject: [NATS, LOGGER],
      },
    ];
    return { module: FoundationModule, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
    await this.database.close();
  }
}

function createDatabase(config: DeploymentsConfig, readiness: Readiness): EntityDatabase {
  const source = createDataSource(config.databaseUrl, DEPLOYMENTS_SCHEMA, {
    applicationName: 'runnel-deployments',
    poolSize: config.databasePoolSize,
  });
  const database = new EntityDatabase(source);
  readiness.register('postgres', () => database.check());
  return database;
}
