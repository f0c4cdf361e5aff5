import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findNatsProgram, startNats } from '@runnel/embedded';

export interface BenchNats {
  readonly url: string;
  stop(): Promise<void>;
}

/** A `nats-server` of its own for one benchmark, with fsync on, in a temporary folder. */
export async function startBenchNats(): Promise<BenchNats> {
  const report = (): undefined => undefined;
  const program = await findNatsProgram({
    fallbackFolder: join(process.cwd(), '.runnel', 'bin'),
    report,
  });
  const folder = mkdtempSync(join(tmpdir(), 'runnel-bench-nats-'));
  const server = await startNats({
    program,
    folder,
    logFile: join(folder, 'nats.log'),
    fsync: true,
    restart: false,
    report,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
