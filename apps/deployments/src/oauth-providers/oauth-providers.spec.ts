import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { oauthProvidersVariable } from './oauth-providers';

const acme = {
  id: 'acme',
  authorizeUrl: 'https://acme.example/authorize',
  tokenUrl: 'https://acme.example/token',
  clientId: 'c',
};

describe('RUNNEL_OAUTH_PROVIDERS', () => {
  it('is JSON, or a file that holds it, or nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'runnel-providers-'));
    const path = join(folder, 'providers.json');
    writeFileSync(path, JSON.stringify([acme]));
    const expected = [{ ...acme, scopes: [], allowedHosts: [], tokenAuth: 'body' }];
    expect(oauthProvidersVariable.parse(JSON.stringify([acme]))).toEqual(expected);
    expect(oauthProvidersVariable.parse(path)).toEqual(expected);
    expect(oauthProvidersVariable.parse(undefined)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['{', 'JSON array'],
    ['/not/there.json', 'JSON array'],
    ['[{"id":"acme"}]', ''],
    [JSON.stringify([acme, acme]), 'twice'],
    [JSON.stringify([{ ...acme, id: 'A b' }]), ''],
    [JSON.stringify([{ ...acme, tokenUrl: 'javascript:1' }]), ''],
    [JSON.stringify([{ ...acme, typo: 1 }]), ''],
  ])('refuses %s', (text, message) => {
    const result = oauthProvidersVariable.safeParse(text);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toContain(message);
  });
});
