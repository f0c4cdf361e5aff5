import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '@runnel/embedded';

/** A durable Postgres of its own for one benchmark, gone with all it holds when it is stopped. */
export async function startBenchPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-bench-postgres-'));
  const server = await startPostgres({
    folder: join(folder, 'cluster'),
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'postgres.log'),
    durable: true,
    restart: false,
    report: () => undefined,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
