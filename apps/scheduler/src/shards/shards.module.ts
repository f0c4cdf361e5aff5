import { Module } from '@nestjs/common';
import { NATS, type NatsConnection } from '@runnel/messaging';
import { connectWorkQueue, WorkQueue } from '@runnel/run-log';
import { DataSource } from 'typeorm';

import { CONFIG, type SchedulerConfig } from '../config';
import { NatsRunNotices } from './adapters/nats-run-notices';
import { PostgresBreakerCounts } from './adapters/postgres-breaker-counts';
import { PostgresShardLocks } from './adapters/postgres-shard-locks';
import { PostgresSnapshots } from './adapters/postgres-snapshots';
import { BreakerCounts } from './application/breaker-counts.port';
import { RunNotices } from './application/run-notices.port';
import { ShardLocks } from './application/shard-lock.port';
import { Snapshots } from './application/snapshots.port';
import { ShardsService } from './shards.service';

/** Scheduling of the log's shards: binds its ports to Postgres and JetStream. */
@Module({
  providers: [
    ShardsService,
    {
      provide: ShardLocks,
      inject: [CONFIG],
      useFactory: (config: SchedulerConfig) => new PostgresShardLocks(config.RUNNEL_DATABASE_URL),
    },
    {
      provide: Snapshots,
      inject: [DataSource],
      useFactory: (database: DataSource) => new PostgresSnapshots(database),
    },
    {
      provide: BreakerCounts,
      inject: [DataSource],
      useFactory: (database: DataSource) => new PostgresBreakerCounts(database),
    },
    {
      provide: RunNotices,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => new NatsRunNotices(connection),
    },
    {
      provide: WorkQueue,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => connectWorkQueue({ connection }),
    },
  ],
})
export class ShardsModule {}
