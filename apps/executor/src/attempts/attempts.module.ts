import { Module } from '@nestjs/common';
import { newId } from '@runnel/ids';
import { NATS, type NatsConnection, ServiceClient } from '@runnel/messaging';
import { connectPayloadStore, connectWorkQueue, PayloadStore, WorkQueue } from '@runnel/run-log';

import { EffectsModule } from '../effects/effects.module';
import { EnvironmentsModule } from '../environments/environments.module';
import { SandboxModule } from '../sandbox.module';
import { CachedPrograms } from './adapters/cached-programs';
import { Programs } from './application/programs.port';
import { AttemptsService } from './attempts.service';
import { EXECUTOR_ID } from './executor-id';

/** Attempts of graph runs: binds the ports to the sandbox, to egress and to JetStream. */
@Module({
  imports: [EffectsModule, EnvironmentsModule, SandboxModule],
  providers: [
    AttemptsService,
    { provide: EXECUTOR_ID, useFactory: () => newId('executor') },
    {
      provide: Programs,
      inject: [ServiceClient],
      useFactory: (client: ServiceClient) => new CachedPrograms(client),
    },
    {
      provide: WorkQueue,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => connectWorkQueue({ connection }),
    },
    {
      provide: PayloadStore,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => connectPayloadStore({ connection }),
    },
  ],
})
export class AttemptsModule {}
