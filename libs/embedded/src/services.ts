import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { App } from '@runnel/messaging';

export type { App } from '@runnel/messaging';

/** The five services in the order in which they are stopped: what takes work in first, what shows it last. */
export const SERVICES: readonly App[] = [
  'gateway',
  'scheduler',
  'executor',
  'deployments',
  'metrics',
];

/** The services that own a database schema; nobody else is told where the database is. */
export const SERVICES_WITH_SCHEMA: readonly App[] = ['deployments', 'scheduler', 'metrics'];

/** The services that sign or encrypt; nobody else is told the secret, the executor least of all. */
export const SERVICES_WITH_SECRET: readonly App[] = ['gateway', 'deployments'];

/** The compiled entry of a service in the checkout at `root`. */
export function serviceScript(root: string, app: App, entry: 'main' | 'migrate' | 'seed'): string {
  return join(root, 'dist', 'apps', app, 'src', `${entry}.js`);
}

/** True when the checkout's source has that entry, whether it is built or not. */
export function hasSource(root: string, app: App, entry: 'migrate' | 'seed'): boolean {
  return existsSync(join(root, 'apps', app, 'src', `${entry}.ts`));
}
