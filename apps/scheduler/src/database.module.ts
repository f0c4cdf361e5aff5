import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createDataSource, initialize } from '@runnel/database';
import { Readiness } from '@runnel/telemetry';
import { DataSource } from 'typeorm';

import type { SchedulerConfig } from './config';
import { SCHEDULER_SCHEMA } from './schema';

/** The scheduler's connection to its schema. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  static forRoot(config: SchedulerConfig): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: DataSource,
          inject: [Readiness],
          useFactory: async (readiness: Readiness): Promise<DataSource> => {
            const database = createDataSource(config.RUNNEL_DATABASE_URL, SCHEDULER_SCHEMA, {
              applicationName: 'runnel-scheduler',
              poolSize: config.RUNNEL_DATABASE_POOL_SIZE,
            });
            readiness.register('postgres', async () => {
              await database.query('SELECT 1');
            });
            return initialize(database);
          },
        },
      ],
      exports: [DataSource],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}
