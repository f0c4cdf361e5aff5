import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import { readIfThere } from './kept-secret';

/** The first user and key of an installation. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/**
 * The credentials of this installation: given ones win, then what an earlier start kept in `path`, then fresh
 * ones. What is used is kept, readable by its owner only.
 */
export function keptCredentials(path: string, given: Partial<Credentials>): Credentials {
  const kept = parse(readIfThere(path));
  const credentials: Credentials = {
    email: given.email ?? kept.email ?? 'admin@runnel.local',
    password: given.password ?? kept.password ?? randomBytes(12).toString('base64url'),
    apiKey: given.apiKey ?? kept.apiKey ?? `strait_${randomBytes(32).toString('hex')}`,
  };
  writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return credentials;
}

function parse(text: string | undefined): Partial<Credentials> {
  if (text === undefined || text === '') return {};
  const value = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => typeof field === 'string' && field !== ''),
  );
}
