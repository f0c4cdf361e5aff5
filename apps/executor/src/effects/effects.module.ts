import { Module } from '@nestjs/common';
import { EgressClient, parseEgressAllow } from '@runnel/egress';

import { CONFIG, type ExecutorConfig } from '../config';
import { DelayEffect } from './adapters/delay.effect';
import { EffectsByNodeType } from './adapters/effects-by-node-type';
import { HttpRequestEffect } from './adapters/http-request.effect';
import { Effects } from './effects.port';

/** What steps can do to the world, one adapter per node type. */
@Module({
  providers: [
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
  ],
  exports: [Effects],
})
export class EffectsModule {}
