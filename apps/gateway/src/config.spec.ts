import { readConfig } from './config';

const least = {
  RUNNEL_NATS_URL: 'nats://127.0.0.1:4222',
  RUNNEL_SECRET: 'x'.repeat(32),
};

const production = { ...least, RUNNEL_PROFILE: 'production', RUNNEL_NATS_SYNC: 'always' };

describe(readConfig, () => {
  it('binds to loopback and lets people register on a laptop', () => {
    expect(readConfig(least)).toMatchObject({
      PORT: 8_080,
      RUNNEL_AUTH: 'local',
      RUNNEL_HOST: '127.0.0.1',
      RUNNEL_REGISTRATION: 'open',
      RUNNEL_PUBLIC_URL: 'http://localhost:8080',
      RUNNEL_RATE_LIMITS: true,
    });
  });

  it('requires credentials, binds everywhere and closes registration in production', () => {
    expect(readConfig(production)).toMatchObject({
      RUNNEL_AUTH: 'required',
      RUNNEL_HOST: '0.0.0.0',
      RUNNEL_REGISTRATION: 'closed',
    });
  });

  it('refuses to be open in production', () => {
    expect(() => readConfig({ ...production, RUNNEL_AUTH: 'local' })).toThrow('RUNNEL_AUTH');
  });

  it('names all that production refuses, and what is wrong besides', () => {
    const wrong = {
      ...production,
      RUNNEL_AUTH: 'local',
      RUNNEL_NATS_SYNC: 'interval',
      PORT: 'http',
    };
    expect(() => readConfig(wrong)).toThrow(/PORT[^]*RUNNEL_NATS_SYNC[^]*RUNNEL_AUTH/);
  });

  it('says all that is wrong at once', () => {
    const wrong = { RUNNEL_SECRET: 'short', PORT: '70000', RUNNEL_PUBLIC_URL: 'ftp://x' };
    expect(() => readConfig(wrong)).toThrow(
      /PORT[^]*RUNNEL_PUBLIC_URL|RUNNEL_NATS_URL[^]*RUNNEL_SECRET/,
    );
  });

  it('takes a public URL with a slash at its end for the one without', () => {
    const config = readConfig({ ...least, RUNNEL_PUBLIC_URL: 'https://runnel.example//' });
    expect(config.RUNNEL_PUBLIC_URL).toBe('https://runnel.example');
  });
});
