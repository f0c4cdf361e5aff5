import { randomBytes } from 'node:crypto';

/** `bytes` of cryptographic randomness as lower-case hex: secrets, public webhook ids. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
