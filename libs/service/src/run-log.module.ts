import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NATS, type NatsConnection } from '@runnel/messaging';
import { connectRunLog, RunLog } from '@runnel/run-log';
import { METRICS, type Metrics } from '@runnel/telemetry';

import { observeLog } from './observe-log';

/** What a process must know to reach the log (`commonVariables`). */
export interface RunLogSettings {
  readonly RUNNEL_SHARDS: number;
  readonly RUNNEL_NATS_SYNC: 'always' | 'interval';
  readonly RUNNEL_NATS_REPLICAS: number;
}

/** The log, connected and checked before the process is ready; what is buffered is stored before it stops. */
@Module({})
export class RunLogModule implements OnApplicationShutdown {
  constructor(@Inject(RunLog) private readonly log: RunLog) {}

  static forRoot(settings: RunLogSettings): DynamicModule {
    return {
      module: RunLogModule,
      global: true,
      providers: [
        {
          provide: RunLog,
          inject: [NATS, METRICS],
          useFactory: async (connection: NatsConnection, metrics: Metrics) => {
            const log = await connectRunLog({
              connection,
              shards: settings.RUNNEL_SHARDS,
              replicas: settings.RUNNEL_NATS_REPLICAS,
              declaredSync: settings.RUNNEL_NATS_SYNC,
            });
            observeLog(metrics, log);
            return log;
          },
        },
      ],
      exports: [RunLog],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
