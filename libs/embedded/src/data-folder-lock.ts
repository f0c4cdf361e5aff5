import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { processIdentity } from './process-identity';
import { errorCode, EXIT_CONFIGURATION, StartError } from './start-error';

/** Who holds a data folder. */
interface Holder {
  readonly pid: number;
  readonly identity: string;
}

const TRIES = 5;

/** At most one start uses a data folder at a time. The lock of a start that died without letting go is taken over. */
export class DataFolderLock {
  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {}

  /** Takes the lock. Throws a StartError (78) that names the holder when another live start has it. */
  static take(folder: string): DataFolderLock {
    const path = join(folder, 'lock');
    const text = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (create(path, text)) return new DataFolderLock(path, text);
      const found = read(path);
      if (found !== undefined) refuseIfHeld(folder, found);
      if (found !== undefined) removeStale(path, found);
    }
    throw new StartError(
      `The data folder ${folder} is being taken by another start: try again.`,
      EXIT_CONFIGURATION,
    );
  }

  /** Lets go of the folder; harmless when called twice. */
  release(): void {
    if (read(this.path) === this.text) rmSync(this.path, { force: true });
  }
}

/** Creates the lock with its content in one step, so that nobody ever reads half a lock. */
function create(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function refuseIfHeld(folder: string, text: string): void {
  const holder = parse(text);
  if (!holder || processIdentity(holder.pid) !== holder.identity) return;
  throw new StartError(
    `The data folder ${folder} is in use by another start (process ${holder.pid}): stop that one, ` +
      'or set RUNNEL_DATA_DIR to another folder.',
    EXIT_CONFIGURATION,
  );
}

/** Removes the lock that was read, and only that one: another start may have replaced it in between. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const taken = readFileSync(aside, 'utf8');
  if (taken !== stale) create(path, taken);
  rmSync(aside, { force: true });
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.identity === 'string'
      ? { pid: value.pid, identity: value.identity }
      : undefined;
  } catch {
    return undefined;
  }
}
