import { join, resolve } from 'node:path';

import { findNatsProgram, startNats } from '@runnel/embedded';

import { temporaryFolder } from './temporary-folder';

/** A real NATS server with JetStream of one test file. */
export interface TestNats {
  readonly url: string;
  readonly port: number;
  /** Process id while it runs. */
  pid(): number | undefined;
  /** Signals it; a signal that ends it is waited for. It stays down. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same store, stopping it first if it runs. */
  restart(): Promise<void>;
  /** Stops it and removes its store, unless the store was given. */
  stop(): Promise<void>;
}

interface TestNatsOptions {
  /** True: an acknowledged message is on disk. False (the default) is faster. */
  readonly fsync?: boolean;
  /** A free one when it is not given. */
  readonly port?: number;
  /** Kept when it is given. */
  readonly storeDir?: string;
}

/** Starts a `nats-server` in a temporary folder; fetches the program first if this machine has none. */
export async function startTestNats(options: TestNatsOptions = {}): Promise<TestNats> {
  const program = await findTestNatsProgram();
  const folder = options.storeDir === undefined ? temporaryFolder('nats') : undefined;
  const path = options.storeDir ?? folder?.path ?? '';
  const server = await startNats({
    program,
    folder: path,
    logFile: join(path, 'nats.log'),
    fsync: options.fsync ?? false,
    ...(options.port === undefined ? {} : { port: options.port }),
    restart: false,
    report: () => undefined,
  }).catch((error: unknown) => {
    folder?.remove();
    throw error;
  });
  return {
    url: server.url,
    port: server.port,
    pid: () => server.process.pid,
    kill: (signal) => server.process.kill(signal),
    restart: () => server.process.restart(),
    stop: async () => {
      await server.stop();
      folder?.remove();
    },
  };
}

/** The `nats-server` that tests run; rejects with what to install when none can be had. */
export function findTestNatsProgram(): Promise<string> {
  const cacheFolder = process.env['RUNNEL_CACHE_DIR'];
  return findNatsProgram({
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    fallbackFolder: resolve('.runnel', 'bin'),
    report: () => undefined,
  });
}
