import { createHash } from 'node:crypto';

import { TypeID } from 'typeid-js';

import { ID_PREFIXES, type IdKind } from './ids';

const TIME_BYTES = 6;
const VERSION_7 = 0x70;
const VARIANT = 0x80;

/**
 * The TypeID that follows from `at` (milliseconds since the epoch) and `facts` alone: whoever knows them gets the same
 * one, so that of several who make a thing of it one can win. Sorts by `at`, like `newId`; it is no secret.
 */
export function derivedId(kind: IdKind, at: number, facts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(facts)).digest().subarray(0, 16);
  bytes.writeUIntBE(at, 0, TIME_BYTES);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | VERSION_7, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | VARIANT, 8);
  return TypeID.fromUUIDBytes(ID_PREFIXES[kind], bytes).toString();
}
