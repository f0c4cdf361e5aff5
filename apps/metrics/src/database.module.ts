import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createDataSource, Database } from '@runnel/database';
import { Readiness } from '@runnel/telemetry';

import type { MetricsConfig } from './config';
import { METRICS_SCHEMA } from './schema';

/** Questions to the read models. Connects when first asked: the service starts without Postgres. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static forRoot(config: MetricsConfig): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: Database,
          inject: [Readiness],
          useFactory: (readiness: Readiness): Database => {
            const source = createDataSource(config.RUNNEL_DATABASE_URL, METRICS_SCHEMA, {
              applicationName: 'runnel-metrics',
              poolSize: config.RUNNEL_DATABASE_POOL_SIZE,
            });
            const database = new Database(source);
            readiness.register('postgres', async () => void (await database.rows('SELECT 1')));
            return database;
          },
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
