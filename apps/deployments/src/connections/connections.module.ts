import { Module } from '@nestjs/common';

import { EnvironmentsModule } from '../environments/environments.module';
import { EgressConnectionProbe } from './adapters/egress-connection-probe';
import { EgressOAuthClient } from './adapters/egress-oauth-client';
import { PostgresConnectionStore } from './adapters/postgres-connection-store';
import { PostgresOAuthStates } from './adapters/postgres-oauth-states';
import { ConnectionsController } from './api/connections.controller';
import { CredentialsController } from './api/credentials.controller';
import { ConnectionProbe } from './application/connection-probe.port';
import { ConnectionStore } from './application/connection-store.port';
import { ConnectionsHandler } from './application/connections.handler';
import { CreateConnectionHandler } from './application/create-connection.handler';
import { CredentialHandler } from './application/credential.handler';
import { OAuthClient } from './application/oauth-client.port';
import { OAuthHandler } from './application/oauth.handler';
import { OAuthStateStore } from './application/oauth-state-store.port';
import { TestConnectionHandler } from './application/test-connection.handler';

/** Connections to other people's services: credentials that go with requests to some hosts. */
@Module({
  imports: [EnvironmentsModule],
  controllers: [ConnectionsController, CredentialsController],
  providers: [
    { provide: ConnectionStore, useClass: PostgresConnectionStore },
    { provide: OAuthStateStore, useClass: PostgresOAuthStates },
    { provide: OAuthClient, useClass: EgressOAuthClient },
    { provide: ConnectionProbe, useClass: EgressConnectionProbe },
    ConnectionsHandler,
    CreateConnectionHandler,
    CredentialHandler,
    OAuthHandler,
    TestConnectionHandler,
  ],
})
export class ConnectionsModule {}
