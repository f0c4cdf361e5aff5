import type { Json } from '@runnel/run-domain';

import { type Effect, type EffectCall, EffectError, Effects } from '../effects.port';

/** Finds the effect that performs a node type. */
export class EffectsByNodeType extends Effects {
  private readonly byType: ReadonlyMap<string, Effect>;

  constructor(effects: readonly Effect[]) {
    super();
    this.byType = new Map(effects.map((effect) => [effect.nodeType, effect]));
  }

  async perform(call: EffectCall): Promise<Json> {
    const effect = this.byType.get(call.nodeType);
    if (!effect)
      throw new EffectError(
        'Error',
        `nodes of type ${call.nodeType} cannot be executed`,
        'UNKNOWN_EFFECT',
      );
    return effect.perform(call);
  }
}
