import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PostgresUser } from './postgres-user';
import { processCommand } from './process-identity';
import { StartError } from './start-error';

export const POSTGRES_SUPERUSER = 'runnel';

interface ClusterOptions {
  readonly programs: string;
  readonly folder: string;
  readonly user: PostgresUser;
  readonly password: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The data directory of the cluster in `folder`, made on the first call. Text is UTF-8, sorted by code point with
 * Unicode upper and lower case, the same on every machine. A half-made one from an interrupted start is made anew.
 * @throws StartError with initdb's own words
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const data = join(options.folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return data;
  const draft = join(options.folder, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  await initialise(options, draft);
  renameSync(draft, data);
  return data;
}

/** Removes the lock of a postmaster that is gone; without this a reused process number would keep Postgres down. */
export function removeStalePostmasterLock(data: string): void {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, 'utf8').split('\n', 1)[0]);
  const command = Number.isInteger(pid) ? processCommand(pid) : undefined;
  if (command?.includes(data) !== true) rmSync(path, { force: true });
}

async function initialise(options: ClusterOptions, data: string): Promise<void> {
  const passwordFile = join(options.folder, 'password.new');
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  const { uid, gid } = options.user.ids;
  if (uid !== undefined && gid !== undefined) chownSync(passwordFile, uid, gid);
  try {
    await runInitdb(options, initdbArguments(data, passwordFile));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdbArguments(data: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${data}`,
    `--username=${POSTGRES_SUPERUSER}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
}

function runInitdb(options: ClusterOptions, args: readonly string[]): Promise<void> {
  const run = options.user.command(join(options.programs, 'initdb'), args);
  return new Promise((resolve, reject) => {
    const child = spawn(run.command, run.args, {
      ...options.user.ids,
      cwd: '/',
      env: options.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(initdbFailed(said))));
  });
}

function initdbFailed(said: string): StartError {
  const reason =
    said
      .split('\n')
      .find((line) => line.includes('error:'))
      ?.trim() ?? said.trim();
  const cure = said.includes('could not look up effective user ID')
    ? 'start Runnel as a user that has an entry in /etc/passwd, or set RUNNEL_DATABASE_URL'
    : 'free what is missing, or set RUNNEL_DATABASE_URL to a Postgres of your own';
  return new StartError(`Postgres could not be set up (${reason}): ${cure}.`);
}
