import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { fetchDebianProgram } from './debian-package';
import { fetchNatsRelease } from './nats-release';
import { runCommand } from './run-command';
import { EXIT_FAILURE, StartError } from './start-error';

/** Oldest server that works; from 2.12 it also has the atomic batches that make the log fast. */
const OLDEST = [2, 10] as const;

interface FindOptions {
  /** Folder for downloaded programs; `defaultCacheFolder` when it is not given. */
  readonly cacheFolder?: string;
  /** Used when the cache folder cannot be made (a user without a home). */
  readonly fallbackFolder: string;
  /** Folders to look in first, as in the variable PATH. */
  readonly path?: string;
  readonly report: (line: string) => void;
  /** Where to get it when it is not here, in order. */
  readonly sources?: readonly ProgramSource[];
  /** Ends a download that is under way. */
  readonly signal?: AbortSignal;
}

/** One way to get the program. */
export interface ProgramSource {
  readonly name: string;
  readonly fetch: (target: string, signal?: AbortSignal) => Promise<void>;
}

const PACKAGE = { package: 'nats-server', paths: ['usr/bin/nats-server', 'usr/sbin/nats-server'] };

const SOURCES: readonly ProgramSource[] = [
  { name: 'the official release', fetch: fetchNatsRelease },
  {
    name: 'Debian sid',
    fetch: (...to) => fetchDebianProgram({ ...PACKAGE, suite: 'sid' }, ...to),
  },
  {
    name: 'Debian trixie',
    fetch: (...to) => fetchDebianProgram({ ...PACKAGE, suite: 'trixie' }, ...to),
  },
];

/**
 * The path of a `nats-server` of at least 2.10: from PATH, from the cache, or fetched into the cache.
 * @throws StartError that says what to install when none can be had
 */
export async function findNatsProgram(options: FindOptions): Promise<string> {
  const installed = await firstUsable(
    (options.path ?? process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  );
  if (installed !== undefined) return installed;
  const folder = usableFolder(options);
  const cached = await firstUsable([folder]);
  if (cached !== undefined) return cached;
  return fetchProgram(folder, options);
}

/** `~/.cache/runnel/bin`. */
export function defaultCacheFolder(): string {
  return join(homedir(), '.cache', 'runnel', 'bin');
}

/** True when `version` (as `nats-server --version` prints it) is new enough for us. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /v?(\d+)\.(\d+)\.\d+/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

async function firstUsable(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const program = join(folder, 'nats-server');
    if (await isUsable(program)) return program;
  }
  return undefined;
}

async function isUsable(program: string): Promise<boolean> {
  try {
    accessSync(program, constants.X_OK);
    return isNewEnough(await runCommand(program, ['--version'], { timeoutMs: 10_000 }));
  } catch {
    return false;
  }
}

function usableFolder(options: FindOptions): string {
  for (const folder of [options.cacheFolder ?? defaultCacheFolder(), options.fallbackFolder]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK | constants.X_OK);
      return folder;
    } catch {
      continue;
    }
  }
  throw new StartError(
    `Neither the cache folder nor ${options.fallbackFolder} can be written: set RUNNEL_CACHE_DIR to a folder ` +
      'that this user may write.',
  );
}

async function fetchProgram(folder: string, options: FindOptions): Promise<string> {
  const reasons: string[] = [];
  for (const source of options.sources ?? SOURCES) {
    options.signal?.throwIfAborted();
    options.report(`fetching nats-server from ${source.name}`);
    try {
      return await fetchFrom(source, folder, options.signal);
    } catch (error) {
      reasons.push(`${source.name}: ${reasonOf(error)}`);
    }
  }
  throw new StartError(
    `nats-server could not be fetched (${reasons.join('; ')}): install nats-server ${OLDEST.join('.')} or newer ` +
      'so that it is on PATH, or set RUNNEL_NATS_URL to a server that runs.',
    EXIT_FAILURE,
  );
}

/** Fetches beside the final name and renames, so that no other start ever runs half a program. */
async function fetchFrom(
  source: ProgramSource,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const draft = join(folder, `nats-server.${randomBytes(6).toString('hex')}`);
  try {
    await source.fetch(draft, signal);
    chmodSync(draft, 0o755);
    if (!(await isUsable(draft))) throw new Error('what was fetched does not run here');
    const program = join(folder, 'nats-server');
    renameSync(draft, program);
    return program;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** `fetch failed` says nothing: the cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
