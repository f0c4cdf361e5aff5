import { environmentOf } from './service-environment';
import { SERVICES } from './services';

const ADDRESSES = {
  databaseUrl: 'postgres://u:p@127.0.0.1/runnel',
  natsUrl: 'nats://127.0.0.1:4222',
  secret: 's'.repeat(32),
  port: 8080,
};

describe(environmentOf, () => {
  const options = {
    root: '/srv/runnel',
    dataFolder: '/data',
    port: 8080,
    restart: true,
    report: () => undefined,
    env: {
      PATH: '/bin',
      RUNNEL_SHARDS: '8',
      RUNNEL_DATABASE_URL: 'postgres://elsewhere',
      RUNNEL_SECRET: 'not this one',
      RUNNEL_ADMIN_PASSWORD: 'private',
      RUNNEL_API_KEY: 'private',
      RUNNEL_OAUTH_PROVIDERS: '[]',
      npm_config_cache: '/x',
    },
    appEnv: { metrics: { RUNNEL_SHARDS: '2' } },
  };

  it('tells only those that own a schema where the database is, and only those that sign the secret', () => {
    const told = (name: string) =>
      SERVICES.filter((app) => environmentOf(app, options, ADDRESSES)[name] !== undefined).sort();
    expect(told('RUNNEL_DATABASE_URL')).toEqual(['deployments', 'metrics', 'scheduler']);
    expect(told('RUNNEL_SECRET')).toEqual(['deployments', 'gateway']);
    expect(told('RUNNEL_OAUTH_PROVIDERS')).toEqual(['deployments']);
    expect(told('RUNNEL_NATS_URL')).toHaveLength(5);
  });

  it('passes our settings on, those of one service over those of all, and no credentials', () => {
    expect(environmentOf('metrics', options, ADDRESSES)).toEqual({
      PATH: '/bin',
      RUNNEL_SHARDS: '2',
      RUNNEL_DATABASE_URL: ADDRESSES.databaseUrl,
      RUNNEL_NATS_URL: ADDRESSES.natsUrl,
      RUNNEL_NATS_SYNC: 'always',
      RUNNEL_DATA_DIR: '/data',
    });
    expect(environmentOf('executor', options, ADDRESSES)).toEqual({
      PATH: '/bin',
      RUNNEL_SHARDS: '8',
      RUNNEL_NATS_URL: ADDRESSES.natsUrl,
      RUNNEL_NATS_SYNC: 'always',
      RUNNEL_DATA_DIR: '/data',
    });
  });

  it('has one shard on a server of its own, unless somebody says otherwise', () => {
    const shards = (more: object) =>
      environmentOf('executor', { ...options, env: {}, ...more }, ADDRESSES)['RUNNEL_SHARDS'];
    expect(shards({})).toBe('1');
    expect(shards({ env: { RUNNEL_SHARDS: '3' } })).toBe('3');
    expect(shards({ natsUrl: 'nats://elsewhere:4222' })).toBeUndefined();
  });
});
