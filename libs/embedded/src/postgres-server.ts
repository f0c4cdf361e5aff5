import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { keptSecret } from './kept-secret';
import { OwnedProcess } from './owned-process';
import { freePort } from './ports';
import { postgresBinaries } from './postgres-binaries';
import { ensureCluster, POSTGRES_SUPERUSER, removeStalePostmasterLock } from './postgres-cluster';
import { ensureDatabase } from './postgres-database';
import { type PostgresUser, postgresUser } from './postgres-user';
import { RotatingLog } from './rotating-log';
import { StartWatch } from './server-start';
import { Supervised } from './supervised';

/** An embedded Postgres. */
export interface PostgresOptions {
  /** Holds the cluster; made if it is missing, and kept between starts. */
  readonly folder: string;
  /** Where its password is kept (0600); outside `folder`, which may belong to another user. */
  readonly passwordFile: string;
  readonly logFile: string;
  /** False for tests: nothing survives a power cut, and everything is faster. */
  readonly durable: boolean;
  readonly restart: boolean;
  readonly report: (line: string) => void;
  readonly onChange?: (process: OwnedProcess | undefined) => void;
}

/** A running embedded Postgres, on the same port as long as it lives. */
export interface PostgresServer {
  /** Of the database `runnel`, with its password. */
  readonly url: string;
  readonly port: number;
  readonly process: Supervised;
  /** Stops it (fast shutdown) and closes its log. */
  stop(): Promise<void>;
}

const DATABASE = 'runnel';
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
const MAX_CONNECTIONS = 200;
const UNSAFE_AND_FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts Postgres on 127.0.0.1 and a free port, with a database `runnel`.
 * @throws StartError when it cannot be set up or started
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const password = keptSecret(options.passwordFile, () => randomBytes(24).toString('hex'));
  const programs = postgresBinaries();
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  chmodSync(options.folder, 0o700); // one that was there keeps its mode otherwise
  const user = postgresUser(programs, options.folder);
  const env = postgresEnvironment();
  const data = await ensureCluster({ programs, folder: options.folder, user, password, env });
  const port = await freePort();
  const log = new RotatingLog(options.logFile);
  const url = `postgres://${POSTGRES_SUPERUSER}:${password}@127.0.0.1:${port}`;
  const process = supervise(options, { programs, user, env, data, port, log });
  try {
    await process.start();
    await ensureDatabase(`${url}/postgres`, DATABASE);
  } catch (error) {
    await process.stop();
    log.close();
    throw error;
  }
  const stop = async () => {
    await process.stop();
    log.close();
  };
  return { url: `${url}/${DATABASE}`, port, process, stop };
}

interface Launch {
  readonly programs: string;
  readonly user: PostgresUser;
  readonly env: Readonly<Record<string, string>>;
  readonly data: string;
  readonly port: number;
  readonly log: RotatingLog;
}

function supervise(options: PostgresOptions, launch: Launch): Supervised {
  let watch = new StartWatch('');
  return new Supervised({
    name: 'Postgres',
    restart: options.restart,
    stopSignal: 'SIGINT',
    graceMs: STOP_GRACE_MS,
    report: options.report,
    ...(options.onChange ? { onChange: options.onChange } : {}),
    spawn: () => {
      removeStalePostmasterLock(launch.data);
      watch = new StartWatch('database system is ready to accept connections');
      return spawnPostgres(launch, serverArguments(launch, options.durable), (chunk) => {
        launch.log.write(chunk);
        watch.hear(chunk);
      });
    },
    ready: (process) => watch.serving(process, 'Postgres', START_TIMEOUT_MS),
  });
}

function spawnPostgres(
  launch: Launch,
  args: readonly string[],
  hear: (chunk: Buffer) => void,
): Promise<OwnedProcess> {
  return OwnedProcess.start({
    name: 'Postgres',
    ...launch.user.command(join(launch.programs, 'postgres'), args),
    ...launch.user.ids,
    env: launch.env,
    cwd: '/',
    onStderr: hear,
  });
}

function serverArguments(launch: Launch, durable: boolean): readonly string[] {
  const settings = [
    `port=${launch.port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${MAX_CONNECTIONS}`,
    'timezone=UTC',
    'log_timezone=UTC',
    ...(durable ? [] : UNSAFE_AND_FAST),
  ];
  return ['-D', launch.data, ...settings.flatMap((setting) => ['-c', setting])];
}

/** Only what Postgres needs: its environment must not steer it (PGDATA, PGOPTIONS, LC_ALL …). */
function postgresEnvironment(): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
