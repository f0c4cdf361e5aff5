import type { Json, Payload } from '@runnel/run-domain';

import { claimOf, encodePayload, INLINE_BYTES, redeem, surelyFits } from './payload-codec';
import { type PayloadOwner, PayloadStore } from './payload-store.port';

/** Payloads in memory, for tests. */
export class MemoryPayloadStore extends PayloadStore {
  private readonly stored = new Map<string, Uint8Array>();

  async put(json: Json, owner: PayloadOwner): Promise<Payload> {
    if (surelyFits(json, INLINE_BYTES)) return { inline: json };
    const bytes = encodePayload(json);
    if (bytes.length <= INLINE_BYTES) return { inline: json };
    const claim = claimOf(bytes, owner);
    this.stored.set(claim.key, bytes);
    return { claim };
  }

  async get(payload: Payload): Promise<Json> {
    if ('inline' in payload) return payload.inline;
    return redeem(payload.claim, this.stored.get(payload.claim.key));
  }
}
