import { Module } from '@nestjs/common';
import { ServiceClient } from '@runnel/messaging';

import { RemoteConnections } from './adapters/remote-connections';
import { Connections } from './connections.port';

/** Credentials for outbound requests. */
@Module({
  providers: [
    {
      provide: Connections,
      inject: [ServiceClient],
      useFactory: (client: ServiceClient) => new RemoteConnections(client),
    },
  ],
  exports: [Connections],
})
export class ConnectionsModule {}
