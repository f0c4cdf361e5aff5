import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

import { InvalidInputError } from '@runnel/errors';

/** How long sealed code may be run (contracts/automation.md, Decisions 3). */
export const SEAL_SECONDS = 3_600;
const MARK = '\n//# runnel-seal=v1.';
const SEAL = /^(\d{1,12})\.([0-9a-f]{64})\n?$/;

/** `code` with a seal in a trailing comment: an HMAC over the code, the project and the end of its hour from `now`. */
export function sealCode(key: KeyObject, code: string, project: string, now: Date): string {
  const expires = Math.floor(now.getTime() / 1_000) + SEAL_SECONDS;
  return `${code}${MARK}${expires}.${mac(key, code, project, expires).toString('hex')}\n`;
}

/**
 * The code of a seal that we made for this project and that has not expired. It is still only to be run in the sandbox.
 * @throws InvalidInputError INVALID_CODE otherwise
 */
export function openSealedCode(key: KeyObject, sealed: string, project: string, now: Date): string {
  const end = sealed.lastIndexOf(MARK);
  const [, expiry, signature] = SEAL.exec(end < 0 ? '' : sealed.slice(end + MARK.length)) ?? [];
  if (expiry === undefined || signature === undefined) throw invalidCode();
  const code = sealed.slice(0, end);
  const expires = Number(expiry);
  const expected = mac(key, code, project, expires);
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), expected)) throw invalidCode();
  if (expires <= now.getTime() / 1_000) throw invalidCode();
  return code;
}

function mac(key: KeyObject, code: string, project: string, expires: number): Buffer {
  // The length keeps project and code apart: no other pair gives the same text.
  return createHmac('sha256', key)
    .update(`v1.${expires}.${project.length}.${project}.`)
    .update(code)
    .digest();
}

function invalidCode(): InvalidInputError {
  return new InvalidInputError(
    'INVALID_CODE',
    'the code was changed, has expired or belongs to another project; transpile the graph again',
  );
}
