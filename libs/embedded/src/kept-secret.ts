import { readFileSync, writeFileSync } from 'node:fs';

import { errorCode } from './start-error';

/** Reads a secret text from a file that only its owner may read, or makes it on the first call. */
export function keptSecret(path: string, make: () => string): string {
  const existing = readIfThere(path);
  if (existing !== undefined && existing !== '') return existing;
  const made = make();
  writeFileSync(path, made, { mode: 0o600 });
  return made;
}

/** The trimmed text of a file; undefined when it does not exist. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
