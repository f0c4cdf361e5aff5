import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { ensureDatabase, startPostgres } from '@runnel/embedded';

import { temporaryFolder } from './temporary-folder';

/** A real Postgres of one test file. */
export interface TestPostgres {
  /** Of the database `runnel`, which is empty. */
  readonly url: string;
  /** Makes one more database (a copy of `template` if that is named) and resolves with its URL. */
  createDatabase(template?: string): Promise<string>;
  /** Process id of the postmaster while it runs. */
  pid(): number | undefined;
  /** Signals the postmaster; SIGKILL, SIGQUIT, SIGINT and SIGTERM are waited for. It stays down. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same data, stopping it first if it runs. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

interface TestPostgresOptions {
  /** True for a test that kills it and expects what was committed: the fast default may lose that. */
  readonly durable?: boolean;
}

/** Starts a Postgres with an empty cluster in a temporary folder, fast and forgetful unless asked otherwise. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = temporaryFolder('postgres');
  const server = await startPostgres({
    folder: join(folder.path, 'cluster'),
    passwordFile: join(folder.path, 'password'),
    logFile: join(folder.path, 'postgres.log'),
    durable: options.durable ?? false,
    restart: false,
    report: () => undefined,
  }).catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  return {
    url: server.url,
    pid: () => server.process.pid,
    kill: (signal) => server.process.kill(signal),
    restart: () => server.process.restart(),
    createDatabase: async (template) => {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await ensureDatabase(server.url, name, template);
      return server.url.replace(/\/[^/]*$/, `/${name}`);
    },
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
}
