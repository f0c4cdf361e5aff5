import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { keptCredentials } from './credentials';

describe(keptCredentials, () => {
  const folder = temporaryFolder('credentials');
  const path = join(folder.path, 'credentials.json');

  afterAll(() => folder.remove());

  it('makes strong ones at the first start and keeps them for its owner alone', () => {
    const first = keptCredentials(path, {});
    expect(first.email).toBe('admin@runnel.local');
    expect(first.password).toMatch(/^[\w-]{16}$/);
    expect(first.apiKey).toMatch(/^runnel_[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(keptCredentials(path, {})).toEqual(first);
  });

  it('lets given ones win, and keeps them', () => {
    const kept = keptCredentials(path, {});
    const changed = keptCredentials(path, { email: 'me@example.org' });
    expect(changed).toEqual({ ...kept, email: 'me@example.org' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(changed);
  });

  it('says which file to remove when somebody has damaged it', () => {
    writeFileSync(path, '{');
    expect(() => keptCredentials(path, {})).toThrow(`${path} cannot be read as JSON`);
  });
});
