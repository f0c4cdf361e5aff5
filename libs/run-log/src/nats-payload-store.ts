import { isAppError, UnavailableError } from '@runnel/errors';
import type { Json, Payload } from '@runnel/run-domain';
import type { NatsConnection, ObjectStore } from 'nats';

import { ConnectionWatch } from './connection-watch';
import { JetStreamApi, JetStreamApiError, NAME_IN_USE } from './jetstream-api';
import { claimOf, encodePayload, INLINE_BYTES, redeem, surelyFits } from './payload-codec';
import { type PayloadOwner, PayloadStore } from './payload-store.port';
import { PAYLOAD_BUCKET, PAYLOAD_STREAM, PAYLOAD_SUBJECTS } from './subjects';

export interface PayloadStoreOptions {
  readonly connection: NatsConnection;
  /** Copies of the bucket. Default 1. */
  readonly replicas?: number;
}

/** Opens the bucket of large payloads, making it at the first start. Throws UnavailableError. */
export async function connectPayloadStore(options: PayloadStoreOptions): Promise<PayloadStore> {
  const { connection, replicas = 1 } = options;
  try {
    await makeBucket(new JetStreamApi(connection, new ConnectionWatch(connection)), replicas);
    return new NatsPayloadStore(await connection.jetstream().views.os(PAYLOAD_BUCKET));
  } catch (cause) {
    throw new UnavailableError('nats', 'the bucket of payloads could not be opened', { cause });
  }
}

/** The client's own way to make a bucket sends a field that servers refuse since 2.12. */
async function makeBucket(api: JetStreamApi, replicas: number): Promise<void> {
  try {
    await api.createStream({
      name: PAYLOAD_STREAM,
      subjects: PAYLOAD_SUBJECTS,
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      allow_direct: true,
      allow_rollup_hdrs: true,
      num_replicas: replicas,
    });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.errCode !== NAME_IN_USE) throw error;
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
