import { createHash, randomBytes } from 'node:crypto';

const MARK = 'runnel_';
const PREFIX_LENGTH = 12;

export interface NewApiKey {
  /** `runnel_` and 64 hex characters; shown once, never stored. */
  readonly key: string;
  /** Lower-case hex SHA-256 of the key: all that is stored. The key is random, so a slow hash would add nothing. */
  readonly hash: string;
  /** First 12 characters, by which people tell keys apart. */
  readonly prefix: string;
}

/** A new random API key (contracts/jobs.md A.6). */
export function newApiKey(): NewApiKey {
  return describeApiKey(MARK + randomBytes(32).toString('hex'));
}

/** Hash and prefix of an existing key. */
export function describeApiKey(key: string): NewApiKey {
  return { key, hash: hashApiKey(key), prefix: key.slice(0, PREFIX_LENGTH) };
}

/** The hash under which a raw key is stored and looked up. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Whether a bearer credential is meant as an API key: a session token has dots, a key has none. */
export function looksLikeApiKey(credential: string): boolean {
  return !credential.includes('.');
}
