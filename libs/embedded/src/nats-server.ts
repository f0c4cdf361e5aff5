import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { OwnedProcess } from './owned-process';
import { freePort } from './ports';
import { RotatingLog } from './rotating-log';
import { StartWatch } from './server-start';
import { Supervised } from './supervised';

/** An embedded `nats-server` with JetStream. */
export interface NatsOptions {
  /** The program. */
  readonly program: string;
  /** Holds its configuration and its streams; made if it is missing, and kept between starts. */
  readonly folder: string;
  readonly logFile: string;
  /** True: an acknowledged message is on disk (`sync_interval: always`). False: tests that do not kill machines. */
  readonly fsync: boolean;
  /** A free one when it is not given. */
  readonly port?: number;
  readonly restart: boolean;
  readonly report: (line: string) => void;
  readonly onChange?: (process: OwnedProcess | undefined) => void;
}

/** A running embedded NATS, on the same port and store as long as it lives. */
export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly process: Supervised;
  /** Stops it and closes its log. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;

/**
 * Starts NATS on 127.0.0.1.
 * @throws StartError with the server's own words when it does not come up
 */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const port = options.port ?? (await freePort());
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  chmodSync(options.folder, 0o700); // one that was there keeps its mode otherwise
  const configuration = join(options.folder, 'nats.conf');
  writeFileSync(configuration, natsConfiguration(port, options.folder, options.fsync));
  const log = new RotatingLog(options.logFile);
  const process = supervise(options, configuration, log);
  try {
    await process.start();
  } catch (error) {
    log.close();
    throw error;
  }
  const stop = async () => {
    await process.stop();
    log.close();
  };
  return { url: `nats://127.0.0.1:${port}`, port, process, stop };
}

/** The text of the server's configuration file. */
export function natsConfiguration(port: number, folder: string, fsync: boolean): string {
  const sync = fsync
    ? '\n  # An acknowledged event is on disk (DESIGN, "The log").\n  sync_interval: always'
    : '';
  return `# Written by Runnel at every start.
server_name: "runnel-local"
host: "127.0.0.1"
port: ${port}
# A graph of 1 MiB and its program must fit into one question or answer between services.
max_payload: 8MB
jetstream {
  store_dir: ${JSON.stringify(join(folder, 'store'))}${sync}
}
`;
}

function supervise(options: NatsOptions, configuration: string, log: RotatingLog): Supervised {
  let watch = new StartWatch('');
  return new Supervised({
    name: 'NATS',
    restart: options.restart,
    // SIGINT, because SIGTERM made servers before 2.11 exit with 1.
    stopSignal: 'SIGINT',
    graceMs: STOP_GRACE_MS,
    report: options.report,
    ...(options.onChange ? { onChange: options.onChange } : {}),
    spawn: () => {
      watch = new StartWatch('Server is ready');
      return OwnedProcess.start({
        name: 'NATS',
        command: options.program,
        args: ['--config', configuration],
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TZ: 'UTC' },
        cwd: options.folder,
        onStderr: (chunk) => {
          log.write(chunk);
          watch.hear(chunk);
        },
      });
    },
    ready: (owned) => watch.serving(owned, 'NATS', START_TIMEOUT_MS),
  });
}
