import { setTimeout as sleep } from 'node:timers/promises';

import { isErrorOfKind } from '@runnel/errors';
import type { Json, Payload } from '@runnel/run-domain';
import type { PayloadOwner, PayloadStore } from '@runnel/run-log';

const PAUSE_MS = 250;

/**
 * Stores a payload, waiting for a store that is away as appends wait for the log: what it belongs to has
 * happened. Throws UnavailableError once `signal` is aborted, and what `put` throws for a bad payload.
 */
export async function keepPayload(
  payloads: PayloadStore,
  value: Json,
  owner: PayloadOwner,
  signal: Pick<AbortSignal, 'aborted'>,
): Promise<Payload> {
  for (;;) {
    try {
      return await payloads.put(value, owner);
    } catch (error) {
      if (!isErrorOfKind(error, 'unavailable') || signal.aborted) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
