import { type DynamicModule, Module } from '@nestjs/common';
import { NATS, type NatsConnection } from '@runnel/messaging';
import {
  connectIdempotencyKeys,
  connectPayloadStore,
  IdempotencyKeys,
  PayloadStore,
} from '@runnel/run-log';
import { RunLogModule } from '@runnel/service';

import { AutomationModule } from './automation/automation.module';
import { CONFIG, type GatewayConfig } from './config';
import { HealthModule } from './health/health.module';
import { HttpModule } from './http/http.module';
import { JobsModule } from './jobs/jobs.module';
import { LiveModule } from './live/live.module';

/** The gateway: HTTP for everybody, and nothing of its own to remember. */
@Module({})
export class GatewayModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    const replicas = config.RUNNEL_NATS_REPLICAS;
    return {
      module: GatewayModule,
      global: true,
      imports: [
        RunLogModule.forRoot(config),
        HttpModule,
        HealthModule,
        LiveModule,
        AutomationModule,
        JobsModule,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        {
          provide: IdempotencyKeys,
          inject: [NATS],
          useFactory: (connection: NatsConnection) =>
            connectIdempotencyKeys({ connection, replicas }),
        },
        {
          provide: PayloadStore,
          inject: [NATS],
          useFactory: (connection: NatsConnection) => connectPayloadStore({ connection, replicas }),
        },
      ],
      exports: [CONFIG, IdempotencyKeys, PayloadStore],
    };
  }
}
