import { readStartConfig } from './config';

describe(readStartConfig, () => {
  it('needs nothing', () => {
    expect(readStartConfig({}, '/srv/runnel')).toEqual({
      dataFolder: '/srv/runnel/.runnel',
      port: 8080,
      credentials: {},
    });
  });

  it('takes what is given, folders as seen from the checkout', () => {
    const config = readStartConfig(
      {
        PORT: '9000',
        RUNNEL_DATA_DIR: '/var/lib/runnel',
        RUNNEL_CACHE_DIR: 'cache',
        RUNNEL_DATABASE_URL: 'postgres://u:p@db/runnel',
        RUNNEL_NATS_URL: 'nats://a:4222',
        RUNNEL_SECRET: 's'.repeat(32),
        RUNNEL_ADMIN_EMAIL: 'me@example.org',
        RUNNEL_ADMIN_PASSWORD: '',
      },
      '/srv/runnel',
    );
    expect(config).toEqual({
      dataFolder: '/var/lib/runnel',
      port: 9000,
      cacheFolder: '/srv/runnel/cache',
      databaseUrl: 'postgres://u:p@db/runnel',
      natsUrl: 'nats://a:4222',
      secret: 's'.repeat(32),
      credentials: { email: 'me@example.org' },
    });
  });

  it('names every variable that cannot be used', () => {
    const read = () => readStartConfig({ PORT: '70000', RUNNEL_DATABASE_URL: 'mysql://x' }, '/');
    expect(read).toThrow(/PORT: [^]*RUNNEL_DATABASE_URL: must be a URL/);
  });
});
