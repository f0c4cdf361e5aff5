import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DataPaths } from './data-paths';
import { POSTGRES_SUPERUSER } from './postgres-cluster';

/** Line of `postmaster.pid` that holds the port (Postgres: src/include/utils/pidfile.h). */
const PORT_LINE = 3;

/**
 * The URL of the embedded Postgres that runs on a data folder, for tools beside a running Runnel; undefined when
 * none runs there. Throws when the folder may not be read by this user.
 */
export function embeddedDatabaseUrl(dataFolder: string): string | undefined {
  const paths = new DataPaths(dataFolder);
  const pidFile = join(paths.postgres, 'data', 'postmaster.pid');
  if (!existsSync(pidFile) || !existsSync(paths.postgresPassword)) return undefined;
  const port = readFileSync(pidFile, 'utf8').split('\n')[PORT_LINE]?.trim();
  const password = readFileSync(paths.postgresPassword, 'utf8').trim();
  if (port === undefined || !/^\d+$/.test(port)) return undefined;
  return `postgres://${POSTGRES_SUPERUSER}:${password}@127.0.0.1:${port}/runnel`;
}
