import { Module } from '@nestjs/common';
import { EgressClient, parseEgressAllow } from '@runnel/egress';

import { CONFIG, type ExecutorConfig } from '../config';
import { ConnectionsModule } from '../connections/connections.module';
import { Connections } from '../connections/connections.port';
import { DelayEffect } from './adapters/delay.effect';
import { EffectsByNodeType } from './adapters/effects-by-node-type';
import { HttpRequestEffect } from './adapters/http-request.effect';
import { Effects } from './effects.port';

/** What steps can do to the world, one adapter per node type. */
@Module({
  imports: [ConnectionsModule],
  providers: [
    {
      provide: Effects,
      inject: [CONFIG, Connections],
      useFactory: (config: ExecutorConfig, connections: Connections) =>
        new EffectsByNodeType([
          new HttpRequestEffect(
            new EgressClient({ allow: parseEgressAllow(config.RUNNEL_EGRESS_ALLOW) }),
            connections,
          ),
          new DelayEffect(),
        ]),
    },
  ],
  exports: [Effects],
})
export class EffectsModule {}
