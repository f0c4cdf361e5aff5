import { inspect } from 'node:util';

import { readConfig, readSeedConfig } from './config';

const SECRET = 'a secret for tests of more than thirty-two characters';
const BASE = {
  RUNNEL_NATS_URL: 'nats://127.0.0.1:4222',
  RUNNEL_DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x',
  RUNNEL_SECRET: SECRET,
};

const PRODUCTION = { RUNNEL_PROFILE: 'production', RUNNEL_NATS_SYNC: 'always' };

describe(readConfig, () => {
  it('lets people register on a laptop and not in production, unless told otherwise', () => {
    const registration = (environment: object) =>
      readConfig({ ...BASE, ...environment }).registration;
    expect(registration({})).toBe('open');
    expect(registration(PRODUCTION)).toBe('closed');
    expect(registration({ ...PRODUCTION, RUNNEL_REGISTRATION: 'open' })).toBe('open');
    expect(registration({ RUNNEL_REGISTRATION: 'closed' })).toBe('closed');
  });

  it('gives runs the defaults of the contract', () => {
    expect(readConfig(BASE).runPolicy).toEqual({
      maxAttempts: 1,
      retry: { strategy: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
      timeout: { ms: 30_000, scope: 'run' },
      deadLetterFrom: 3,
      maxCrashesWithoutProgress: 5,
    });
  });

  it('names everything that is wrong at once', () => {
    const read = () =>
      readConfig({ ...BASE, RUNNEL_SECRET: 'short', RUNNEL_EXECUTION_TIMEOUT_MS: '900001' });
    expect(read).toThrow(/RUNNEL_SECRET[^]*RUNNEL_EXECUTION_TIMEOUT_MS/);
  });

  it('shows no secret when printed', () => {
    const printed = inspect(readConfig(BASE), { depth: 10 }) + JSON.stringify(readConfig(BASE));
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain('hunter2');
  });
});

describe(readSeedConfig, () => {
  const admin = { RUNNEL_ADMIN_EMAIL: 'admin@localhost', RUNNEL_ADMIN_PASSWORD: 'long enough' };

  it('takes any mailbox for the first user, and keys of any make', () => {
    const config = readSeedConfig({
      ...BASE,
      ...admin,
      RUNNEL_API_KEY: `strait_${'a'.repeat(64)}`,
    });
    expect(config.admin?.email).toBe('admin@localhost');
    expect(config.apiKey?.reveal()).toContain('strait_');
  });

  it.each([
    ['an e-mail without a password', { RUNNEL_ADMIN_EMAIL: 'a@b.c' }, /set together/],
    ['what is no e-mail', { ...admin, RUNNEL_ADMIN_EMAIL: 'admin' }, /e-mail address/],
    ['a password that is too short', { ...admin, RUNNEL_ADMIN_PASSWORD: 'short' }, /8 characters/],
    ['a key of nobody', { RUNNEL_API_KEY: 'k'.repeat(40) }, /needs RUNNEL_ADMIN_EMAIL/],
    [
      'a key that passes for a token',
      { ...admin, RUNNEL_API_KEY: `${'k'.repeat(30)}.x` },
      /24 to 128/,
    ],
  ])('refuses %s', (_, environment, message) => {
    expect(() => readSeedConfig({ ...BASE, ...environment })).toThrow(message);
  });
});
