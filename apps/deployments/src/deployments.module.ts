import { type DynamicModule, Module } from '@nestjs/common';

import { AccountsModule } from './accounts/accounts.module';
import type { DeploymentsConfig } from './config';
import { ConnectionsModule } from './connections/connections.module';
import { DeploymentsFeatureModule } from './deployments/deployments.module';
import { EnvironmentsModule } from './environments/environments.module';
import { FoundationModule } from './foundation.module';
import { PatternsModule } from './patterns/patterns.module';

/** The service that owns definitions: accounts, patterns, deployments. */
@Module({})
export class DeploymentsModule {
  static forRoot(config: DeploymentsConfig): DynamicModule {
    return {
      module: DeploymentsModule,
      imports: [
        FoundationModule.forRoot(config),
        AccountsModule,
        PatternsModule,
        DeploymentsFeatureModule,
        EnvironmentsModule,
        ConnectionsModule,
      ],
    };
  }
}
