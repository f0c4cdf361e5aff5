import { isAppError, UnavailableError } from '@runnel/errors';
import type { Json, Payload } from '@runnel/run-domain';
import { type NatsConnection, type ObjectStore, StorageType } from 'nats';

import { claimOf, encodePayload, INLINE_BYTES, redeem, surelyFits } from './payload-codec';
import { type PayloadOwner, PayloadStore } from './payload-store.port';
import { PAYLOAD_BUCKET } from './subjects';

export interface PayloadStoreOptions {
  readonly connection: NatsConnection;
  /** Copies of the bucket. Default 1. */
  readonly replicas?: number;
}

/** Opens the bucket of large payloads, making it at the first start. Throws UnavailableError. */
export async function connectPayloadStore(options: PayloadStoreOptions): Promise<PayloadStore> {
  try {
    const bucket = await options.connection.jetstream().views.os(PAYLOAD_BUCKET, {
      storage: StorageType.File,
      replicas: options.replicas ?? 1,
      description: 'Payloads over 64 KiB, named by the events that hold their hashes.',
    });
    return new NatsPayloadStore(bucket);
  } catch (cause) {
    throw new UnavailableError('nats', 'the bucket of payloads could not be opened', { cause });
  }
}

/** Payloads in the object store of the log's own servers. */
class NatsPayloadStore extends PayloadStore {
  constructor(private readonly bucket: ObjectStore) {
    super();
  }

  async put(json: Json, owner: PayloadOwner): Promise<Payload> {
    if (surelyFits(json, INLINE_BYTES)) return { inline: json };
    const bytes = encodePayload(json);
    if (bytes.length <= INLINE_BYTES) return { inline: json };
    const claim = claimOf(bytes, owner);
    await this.reach(async () => {
      // The key holds the hash: what is there already is the same, and may be being read.
      const found = await this.bucket.info(claim.key);
      if (!found || found.deleted) await this.bucket.putBlob({ name: claim.key }, bytes);
    });
    return { claim };
  }

  async get(payload: Payload): Promise<Json> {
    if ('inline' in payload) return payload.inline;
    return this.reach(async () =>
      redeem(payload.claim, await this.bucket.getBlob(payload.claim.key)),
    );
  }

  private async reach<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      if (isAppError(cause)) throw cause;
      throw new UnavailableError('nats', 'the store of payloads did not answer', { cause });
    }
  }
}
