import { Module } from '@nestjs/common';

import { EnvironmentSecretSeeds } from './adapters/environment-secret-seeds';
import { PostgresEnvironmentStore } from './adapters/postgres-environment-store';
import { PostgresSecretStore } from './adapters/postgres-secret-store';
import { EnvironmentsController } from './api/environments.controller';
import { SecretsController } from './api/secrets.controller';
import { EnvironmentStore } from './application/environment-store.port';
import { EnvironmentsHandler } from './application/environments.handler';
import { RunEnvironmentHandler } from './application/run-environment.handler';
import { SecretStore } from './application/secret-store.port';
import { SecretsHandler } from './application/secrets.handler';
import { BindableEnvironments } from './bindable-environments';
import { SecretSeeds } from './secret-seeds';

/** Environments: variables and secrets that deployments are bound to. */
@Module({
  controllers: [EnvironmentsController, SecretsController],
  providers: [
    PostgresEnvironmentStore,
    { provide: EnvironmentStore, useExisting: PostgresEnvironmentStore },
    { provide: BindableEnvironments, useExisting: PostgresEnvironmentStore },
    { provide: SecretStore, useClass: PostgresSecretStore },
    { provide: SecretSeeds, useClass: EnvironmentSecretSeeds },
    EnvironmentsHandler,
    SecretsHandler,
    RunEnvironmentHandler,
  ],
  exports: [BindableEnvironments, SecretSeeds],
})
export class EnvironmentsModule {}
