import { Module } from '@nestjs/common';
import { deriveKeys } from '@runnel/auth';

import { DefinitionChanges } from '../cache/definition-changes';
import { CONFIG, type GatewayConfig } from '../config';
import { AccessGuard } from './access/access-guard';
import { Identify } from './access/identify';
import { KEYS } from './access/keys';
import { HttpEdge } from './http-edge';
import { HttpMetrics } from './http-metrics';
import { RequestLimits } from './limits/request-limits';
import { OpenConnections } from './open-connections';
import { RouteInventory } from './route-inventory';

/** What all routes share: who is asking, how often, and what an error looks like. */
@Module({
  providers: [
    AccessGuard,
    DefinitionChanges,
    HttpEdge,
    HttpMetrics,
    Identify,
    RequestLimits,
    OpenConnections,
    RouteInventory,
    {
      provide: KEYS,
      inject: [CONFIG],
      useFactory: (config: GatewayConfig) => deriveKeys(config.RUNNEL_SECRET.reveal()),
    },
  ],
  exports: [AccessGuard, DefinitionChanges, HttpEdge, Identify, KEYS, RouteInventory],
})
export class HttpModule {}
