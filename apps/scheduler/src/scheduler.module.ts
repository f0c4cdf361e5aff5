import { type DynamicModule, Module } from '@nestjs/common';
import { RunLogModule } from '@runnel/service';

import { CONFIG, type SchedulerConfig } from './config';
import { DatabaseModule } from './database.module';
import { SchedulesModule } from './schedules/schedules.module';
import { ShardsModule } from './shards/shards.module';

/** The scheduler: when and whether a run is worked on. */
@Module({})
export class SchedulerModule {
  static forRoot(config: SchedulerConfig): DynamicModule {
    return {
      module: SchedulerModule,
      global: true,
      imports: [
        RunLogModule.forRoot(config),
        DatabaseModule.forRoot(config),
        ShardsModule,
        SchedulesModule,
      ],
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
