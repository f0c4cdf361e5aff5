import { Module } from '@nestjs/common';
import { ServiceClient } from '@runnel/messaging';

import { RemoteEnvironments } from './adapters/remote-environments';
import { RunEnvironments } from './environments.port';

/** What runs are told of the environment they belong to. */
@Module({
  providers: [
    {
      provide: RunEnvironments,
      inject: [ServiceClient],
      useFactory: (client: ServiceClient) => new RemoteEnvironments(client),
    },
  ],
  exports: [RunEnvironments],
})
export class EnvironmentsModule {}
