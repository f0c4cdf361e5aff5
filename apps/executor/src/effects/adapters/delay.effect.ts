import { setTimeout as sleep } from 'node:timers/promises';

import type { Json } from '@runnel/run-domain';

import { Effect, type EffectCall } from '../effects.port';

/** A short Delay, waited for in place; a long one suspends the run before it comes here. */
export class DelayEffect extends Effect {
  readonly nodeType = 'Delay';

  async perform({ input, signal }: EffectCall): Promise<Json> {
    const seconds =
      typeof input === 'object' && input !== null && 'seconds' in input ? Number(input.seconds) : 0;
    await sleep(Math.max(0, seconds) * 1000, undefined, { signal });
    return null;
  }
}
