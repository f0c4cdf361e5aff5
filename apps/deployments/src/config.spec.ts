import { inspect } from 'node:util';

import { readConfig, readSeedConfig } from './config';

const SECRET = 'a secret for tests of more than thirty-two characters';
const BASE = {
  RUNNEL_NATS_URL: 'nats://127.0.0.1:4222',
  RUNNEL_DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x',
  RUNNEL_SECRET: SECRET,
};

describe(readConfig, () => {
  it('lets people register on a laptop and not in production, unless told otherwise', () => {
    const registration = (environment: object) =>
      readConfig({ ...BASE, ...environment }).registration;
    expect(registration({})).toBe('open');
    expect(registration({ RUNNEL_PROFILE: 'production' })).toBe('closed');
    expect(registration({ RUNNEL_PROFILE: 'production', RUNNEL_REGISTRATION: 'open' })).toBe(
      'open',
    );
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
  it.each([
    ['an e-mail without a password', { RUNNEL_ADMIN_EMAIL: 'a@example.com' }],
    [
      'a password that is too short',
      { RUNNEL_ADMIN_EMAIL: 'a@b.c', RUNNEL_ADMIN_PASSWORD: 'short' },
    ],
    ['a key of nobody', { RUNNEL_API_KEY: 'k'.repeat(40) }],
    [
      'a key with a dot, which would pass for a token',
      {
        RUNNEL_ADMIN_EMAIL: 'a@example.com',
        RUNNEL_ADMIN_PASSWORD: 'long enough',
        RUNNEL_API_KEY: `${'k'.repeat(30)}.x`,
      },
    ],
  ])('refuses %s', (_, environment) => {
    expect(() => readSeedConfig({ ...BASE, ...environment })).toThrow(/RUNNEL_/);
  });
});
