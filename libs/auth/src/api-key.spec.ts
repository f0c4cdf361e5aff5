import { createHash } from 'node:crypto';

import { describeApiKey, hashApiKey, looksLikeApiKey, newApiKey } from './api-key';

describe(newApiKey, () => {
  it('makes runnel_ and 64 hex characters, never the same twice', () => {
    const keys = Array.from({ length: 50 }, () => newApiKey().key);
    for (const key of keys) expect(key).toMatch(/^runnel_[0-9a-f]{64}$/);
    expect(new Set(keys).size).toBe(50);
  });

  it('comes with its SHA-256 and its first twelve characters', () => {
    const { key, hash, prefix } = newApiKey();
    expect(hash).toBe(createHash('sha256').update(key).digest('hex'));
    expect(prefix).toBe(key.slice(0, 12));
    expect(hashApiKey(key)).toBe(hash);
    expect(describeApiKey(key)).toEqual({ key, hash, prefix });
  });
});

describe(looksLikeApiKey, () => {
  it('tells an API key from a session token', () => {
    expect(looksLikeApiKey(newApiKey().key)).toBe(true);
    expect(looksLikeApiKey('eyJhbGciOiJIUzI1NiJ9.e30.x')).toBe(false);
  });
});
