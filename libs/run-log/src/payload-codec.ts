import { createHash } from 'node:crypto';

import { DomainError, InvalidInputError, messageOf } from '@runnel/errors';
import type { Claim, Json } from '@runnel/run-domain';

import type { PayloadOwner } from './payload-store.port';

/** Bytes of JSON up to which a payload stays in its event (DESIGN, "The log"). */
export const INLINE_BYTES = 64 * 1024;
/** Bytes of JSON over which no payload is taken at all. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

/** An escaped UTF-16 unit (`\u0000`) is the longest a unit can become. */
const MOST_PER_UNIT = 6;
const MOST_PER_NUMBER = 25;
const MAX_DEPTH = 200;

/** True if the JSON text of `value` is certainly no longer than `limit` bytes; cheap, never writes the text. */
export function surelyFits(value: Json, limit: number): boolean {
  return room(value, limit, 0) >= 0;
}

/** What is left of `left` after the value at its longest; negative as soon as it is over. */
function room(value: Json, left: number, depth: number): number {
  if (left < 0 || depth > MAX_DEPTH) return -1;
  if (typeof value === 'string') return left - value.length * MOST_PER_UNIT - 2;
  if (typeof value !== 'object' || value === null) return left - MOST_PER_NUMBER;
  let rest = left - 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      rest = room(item, rest - 1, depth + 1);
      if (rest < 0) return -1;
    }
    return rest;
  }
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, Json>>)[key] as Json;
    rest = room(item, rest - key.length * MOST_PER_UNIT - 4, depth + 1);
    if (rest < 0) return -1;
  }
  return rest;
}

/** JSON text of a payload. Throws InvalidInputError PAYLOAD_NOT_JSON, PAYLOAD_TOO_LARGE. */
export function encodePayload(json: Json): Buffer {
  let text: string | undefined;
  try {
    text = JSON.stringify(json);
  } catch (cause) {
    throw new InvalidInputError(
      'PAYLOAD_NOT_JSON',
      `a payload must be JSON that is not nested too deeply: ${messageOf(cause)}`,
      {},
      { cause },
    );
  }
  const bytes = Buffer.from(text ?? 'null', 'utf8');
  if (bytes.length <= MAX_PAYLOAD_BYTES) return bytes;
  throw new InvalidInputError(
    'PAYLOAD_TOO_LARGE',
    `a payload of ${bytes.length} bytes is over the limit of ${MAX_PAYLOAD_BYTES}`,
    { bytes: bytes.length, limit: MAX_PAYLOAD_BYTES },
  );
}

/** The claim check of some bytes. The same bytes of the same run have the same key. */
export function claimOf(bytes: Uint8Array, owner: PayloadOwner): Claim {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { key: `${owner.project}/${owner.runId}/${sha256}`, sha256, bytes: bytes.length };
}

/** The value that a claim check stands for. Throws DomainError PAYLOAD_NOT_FOUND or PAYLOAD_CORRUPT. */
export function redeem(claim: Claim, bytes: Uint8Array | null | undefined): Json {
  if (!bytes) {
    throw new DomainError('PAYLOAD_NOT_FOUND', `payload ${claim.key} is no longer stored`, {
      key: claim.key,
    });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== claim.sha256 || bytes.length !== claim.bytes) {
    throw new DomainError('PAYLOAD_CORRUPT', `payload ${claim.key} is not what was stored`, {
      key: claim.key,
    });
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return JSON.parse(text) as Json;
}
