import { Module } from '@nestjs/common';
import { randomToken } from '@runnel/ids';
import { ServiceClient } from '@runnel/messaging';
import { DataSource } from 'typeorm';

import { PostgresScheduleLease } from './adapters/postgres-schedule-lease';
import { ServiceScheduleSource } from './adapters/service-schedule-source';
import { ScheduleLease } from './application/schedule-lease.port';
import { ScheduleSource } from './application/schedule-source.port';
import { SchedulesService } from './schedules.service';

/** Without a sign of life for this long, another copy goes on. */
const LEASE_MS = 3_000;

/** Runs that the clock starts: binds its ports to Postgres and the deployments service. */
@Module({
  providers: [
    SchedulesService,
    {
      provide: ScheduleLease,
      inject: [DataSource],
      useFactory: (database: DataSource) =>
        new PostgresScheduleLease(database, `scheduler-${randomToken(8)}`, LEASE_MS),
    },
    {
      provide: ScheduleSource,
      inject: [ServiceClient],
      useFactory: (services: ServiceClient) => new ServiceScheduleSource(services),
    },
  ],
})
export class SchedulesModule {}
