import { resolve } from 'node:path';

import { type App, SERVICES_WITH_SCHEMA, SERVICES_WITH_SECRET } from './services';
import type { SystemAddresses, SystemOptions } from './system-options';

/** Read by the starter itself; no service has to know them. */
const OURS_ALONE = [
  'RUNNEL_ADMIN_EMAIL',
  'RUNNEL_ADMIN_PASSWORD',
  'RUNNEL_API_KEY',
  'RUNNEL_CACHE_DIR',
  'RUNNEL_DATABASE_URL',
  'RUNNEL_SECRET',
];

/** Credentials of ours at others: read by one service, and told to no other. */
const OF_ONE_SERVICE: Readonly<Record<string, App>> = {
  RUNNEL_GITHUB_CLIENT_SECRET: 'deployments',
  RUNNEL_OAUTH_PROVIDERS: 'deployments',
};

/** The environment of one service: what the starter inherited, and where things are. Least privilege: no more. */
export function environmentOf(
  app: App,
  options: SystemOptions,
  addresses: SystemAddresses,
): Record<string, string> {
  const inherited = Object.entries(options.env).filter(
    ([name]) =>
      !OURS_ALONE.includes(name) &&
      !name.startsWith('npm_') &&
      (OF_ONE_SERVICE[name] ?? app) === app,
  );
  return {
    // One server on one disk: every stream more is a sync more, and batches get smaller (ADR 8).
    ...(options.natsUrl === undefined ? { RUNNEL_SHARDS: '1' } : {}),
    ...Object.fromEntries(inherited),
    ...options.appEnv?.[app],
    RUNNEL_NATS_URL: addresses.natsUrl,
    // A client cannot ask how its server syncs; of the one we start ourselves we know it.
    ...(options.natsUrl === undefined
      ? { RUNNEL_NATS_SYNC: (options.natsFsync ?? true) ? 'always' : 'interval' }
      : {}),
    RUNNEL_DATA_DIR: resolve(options.dataFolder),
    ...(SERVICES_WITH_SECRET.includes(app) ? { RUNNEL_SECRET: addresses.secret } : {}),
    ...(SERVICES_WITH_SCHEMA.includes(app) ? { RUNNEL_DATABASE_URL: addresses.databaseUrl } : {}),
  };
}
