import type { Json } from '@runnel/run-domain';
import type { Redactor } from '@runnel/redaction';

import { type EffectCall, EffectError, Effects } from './effects.port';

/**
 * Effects whose results hold no secret of the run. The program is told the masked result too: what it does next
 * follows from what is recorded, so that it does the same when it is resumed.
 */
export class RedactedEffects extends Effects {
  constructor(
    private readonly effects: Effects,
    private readonly redactor: Redactor,
  ) {
    super();
  }

  async perform(call: EffectCall): Promise<Json> {
    try {
      return this.redactor.json(await this.effects.perform(call));
    } catch (error) {
      if (!(error instanceof EffectError)) throw error;
      const { type, message, code } = error;
      throw new EffectError(this.redactor.text(type), this.redactor.text(message), code, {
        cause: error,
      });
    }
  }
}
