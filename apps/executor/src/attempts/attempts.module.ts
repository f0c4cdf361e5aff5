import { Module } from '@nestjs/common';
import { EgressClient, parseEgressAllow } from '@runnel/egress';
import { newId } from '@runnel/ids';
import { NATS, type NatsConnection, ServiceClient } from '@runnel/messaging';
import { connectPayloadStore, connectWorkQueue, PayloadStore, WorkQueue } from '@runnel/run-log';
import { SandboxPool } from '@runnel/sandbox';

import { CONFIG, type ExecutorConfig } from '../config';
import { CachedPrograms } from './adapters/cached-programs';
import { DelayEffect } from './adapters/delay.effect';
import { EffectsByNodeType } from './adapters/effects-by-node-type';
import { HttpRequestEffect } from './adapters/http-request.effect';
import { Effects } from './application/effects.port';
import { Programs } from './application/programs.port';
import { AttemptsService } from './attempts.service';
import { EXECUTOR_ID } from './executor-id';

/** Attempts of graph runs: binds the ports to the sandbox, to egress and to JetStream. */
@Module({
  providers: [
    AttemptsService,
    { provide: EXECUTOR_ID, useFactory: () => newId('executor') },
    {
      provide: SandboxPool,
      inject: [CONFIG],
      useFactory: (config: ExecutorConfig) =>
        new SandboxPool(
          config.RUNNEL_SANDBOX_PROCESSES > 0 ? { processes: config.RUNNEL_SANDBOX_PROCESSES } : {},
        ),
    },
    {
      provide: Effects,
      inject: [CONFIG],
      useFactory: (config: ExecutorConfig) =>
        new EffectsByNodeType([
          new HttpRequestEffect(
            new EgressClient({ allow: parseEgressAllow(config.RUNNEL_EGRESS_ALLOW) }),
          ),
          new DelayEffect(),
        ]),
    },
    {
      provide: Programs,
      inject: [ServiceClient],
      useFactory: (client: ServiceClient) => new CachedPrograms(client),
    },
    {
      provide: WorkQueue,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => connectWorkQueue(connection),
    },
    {
      provide: PayloadStore,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => connectPayloadStore(connection),
    },
  ],
  exports: [SandboxPool, Effects],
})
export class AttemptsModule {}
