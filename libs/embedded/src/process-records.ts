import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { processIdentity } from './process-identity';
import { errorCode } from './start-error';

/** One process that a start has running. */
interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
}

const GRACE_MS = 5_000;
const POLL_MS = 50;

/** Which processes a start has running, kept in a file so that the next start can stop what a killed one left. */
export class ProcessRecords {
  private records: ProcessRecord[] = [];

  constructor(private readonly path: string) {}

  add(name: string, pid: number): void {
    const identity = processIdentity(pid);
    if (identity === undefined) return;
    this.records.push({ name, pid, identity });
    this.save();
  }

  remove(pid: number): void {
    this.records = this.records.filter((record) => record.pid !== pid);
    this.save();
  }

  /** Forgets everything: nothing runs any more. */
  clear(): void {
    this.records = [];
    rmSync(this.path, { force: true });
  }

  /**
   * Stops, newest first, what an earlier start recorded and what is still the same process; a process that
   * merely has the same number is left alone. The caller must hold the data folder.
   * @returns the names of what was stopped
   */
  async stopLeftovers(): Promise<readonly string[]> {
    const leftovers = this.load()
      .reverse()
      .filter((record) => isAlive(record));
    for (const record of leftovers) await stop(record);
    this.clear();
    return leftovers.map((record) => record.name);
  }

  private load(): ProcessRecord[] {
    try {
      const value: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      return Array.isArray(value) ? value.filter(isRecord) : [];
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return [];
      throw error;
    }
  }

  private save(): void {
    const draft = `${this.path}.new`;
    writeFileSync(draft, JSON.stringify(this.records), { mode: 0o600 });
    renameSync(draft, this.path);
  }
}

function isRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<ProcessRecord>;
  return (
    typeof record.name === 'string' &&
    typeof record.pid === 'number' &&
    typeof record.identity === 'string'
  );
}

function isAlive(record: ProcessRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

async function stop(record: ProcessRecord): Promise<void> {
  // SIGINT is the orderly end of all we start: Postgres' fast shutdown, and what NATS and the services obey too.
  signal(record, 'SIGINT');
  const deadline = performance.now() + GRACE_MS;
  while (isAlive(record) && performance.now() < deadline) await delay(POLL_MS);
  if (!isAlive(record)) return;
  signal({ ...record, pid: -record.pid }, 'SIGKILL');
  while (isAlive(record) && performance.now() < deadline + GRACE_MS) await delay(POLL_MS);
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  try {
    process.kill(record.pid, name);
  } catch {
    return;
  }
}
