import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import { readIfThere } from './kept-secret';
import { StartError } from './start-error';

/** The first user and key of an installation. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/**
 * The credentials of this installation: given ones win, then what an earlier start kept in `path`, then fresh
 * ones. What is used is kept, readable by its owner only.
 * @throws StartError when the file is damaged
 */
export function keptCredentials(path: string, given: Partial<Credentials>): Credentials {
  const kept = parse(path, readIfThere(path));
  const credentials: Credentials = {
    email: given.email ?? kept.email ?? 'admin@runnel.local',
    password: given.password ?? kept.password ?? randomBytes(12).toString('base64url'),
    apiKey: given.apiKey ?? kept.apiKey ?? `runnel_${randomBytes(32).toString('hex')}`,
  };
  writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return credentials;
}

function parse(path: string, text: string | undefined): Partial<Credentials> {
  if (text === undefined || text === '') return {};
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).filter(([, field]) => typeof field === 'string' && field !== ''),
    );
  } catch (cause) {
    throw new StartError(
      `${path} cannot be read as JSON: repair it, or remove it to get a new key and password.`,
      undefined,
      { cause },
    );
  }
}
