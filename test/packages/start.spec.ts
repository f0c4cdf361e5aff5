import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { freePort } from '@runnel/embedded';
import { findTestNatsProgram, temporaryFolder, waitFor, writeFakeCheckout } from '@runnel/testing';

const EMBEDDED = resolve('dist/libs/embedded/src/index.js');
/** The machine may be busy with other test files. */
const PATIENCE_MS = 90_000;
const STOP_ORDER = ['gateway', 'scheduler', 'executor', 'deployments', 'metrics'];

interface JournalEntry {
  readonly app: string;
  readonly what: string;
  readonly pid?: number;
  readonly email?: string;
}

/** A checkout with stand-in services, and what a person would see at the terminal. */
class Terminal {
  readonly folder = temporaryFolder('start');
  readonly journalPath = join(this.folder.path, 'journal');
  output = '';
  private child: ChildProcess | undefined;
  private readonly extra: Record<string, string> = {};

  constructor() {
    writeFakeCheckout(this.folder.path);
    writeFileSync(this.journalPath, '');
  }

  set(name: string, value: string): this {
    this.extra[name] = value;
    return this;
  }

  get data(): string {
    return join(this.folder.path, '.runnel');
  }

  start(): this {
    this.output = '';
    const child = spawn(
      process.execPath,
      [resolve('test/packages/start-driver.cjs'), this.folder.path, EMBEDDED],
      {
        cwd: this.folder.path,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          PORT: '0',
          FAKE_JOURNAL: this.journalPath,
          ...this.extra,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child = child;
    return this;
  }

  async ready(): Promise<void> {
    await waitFor(() => this.output, {
      what: 'the starter to be ready',
      until: (output) => output.includes('ready\n'),
      timeoutMs: PATIENCE_MS,
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves with the exit code of the starter. */
  async exitCode(): Promise<number | null> {
    const { child } = this;
    if (!child) throw new Error('not started');
    await waitFor(() => child.exitCode !== null || child.signalCode !== null, {
      what: `the starter to end: ${this.output}`,
      timeoutMs: PATIENCE_MS,
    });
    return child.exitCode;
  }

  journal(): JournalEntry[] {
    return readFileSync(this.journalPath, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalEntry);
  }

  pidOf(app: string): number {
    const entry = this.journal().findLast((one) => one.app === app && one.what === 'started');
    if (entry?.pid === undefined) throw new Error(`${app} has not started`);
    return entry.pid;
  }

  async remove(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
    }
    await this.noProcessLeft();
    this.folder.remove();
  }

  /** Resolves when no process of this checkout is left, sandboxes and database back ends included. */
  async noProcessLeft(): Promise<void> {
    await waitFor(() => processesOf(this.folder.path, this.journal()), {
      what: 'every process to end',
      timeoutMs: PATIENCE_MS,
      until: (left) => left.length === 0,
    });
  }
}

/** The command lines of live processes that name the folder, work in it, or that the journal has seen start. */
function processesOf(folder: string, journal: readonly JournalEntry[]): string[] {
  const recorded = new Set(journal.map((entry) => String(entry.pid)));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid, command: commandOf(pid), cwd: cwdOf(pid) }))
    .filter(
      ({ pid, command, cwd }) =>
        command.includes(folder) || cwd.startsWith(folder) || (recorded.has(pid) && command !== ''),
    )
    .map(({ pid, command }) => `${pid} ${command}`);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Postgres' back ends do not name their folder, but they work in it. */
function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

describe('npm start', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    if (!existsSync(EMBEDDED)) throw new Error('there is no dist/: run `npm run build` first');
    await findTestNatsProgram();
  });

  beforeEach(() => {
    terminal = new Terminal();
  });

  afterEach(() => terminal.remove());

  it('migrates, seeds, starts five services and says how to use them', async () => {
    terminal.start();
    await terminal.ready();
    const before = terminal.journal().filter(({ what }) => what !== 'started');
    const migrated = before.filter(({ what }) => what === 'migrate').map(({ app }) => app);
    expect(migrated.sort()).toEqual(['deployments', 'metrics', 'scheduler']);
    expect(before.filter(({ app }) => app === 'deployments')).toEqual([
      { app: 'deployments', what: 'migrate' },
      { app: 'deployments', what: 'seed', email: 'admin@runnel.local' },
    ]);
    const firstStart = terminal.journal().findIndex(({ what }) => what === 'started');
    expect(firstStart).toBe(before.length);
    expect(terminal.output).toMatch(/starting Postgres[^]*starting NATS[^]*migrating[^]*ready/);
    expect(terminal.output).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    expect(terminal.output).toMatch(/API key +runnel_[0-9a-f]{64}/);
    expect(terminal.output).toContain('executor | warn: look at me');
    expect(terminal.output).not.toContain('service started');
  });

  it('keeps secrets where only their owner can read them, and uses them again', async () => {
    terminal.start();
    await terminal.ready();
    const key = /runnel_[0-9a-f]+/.exec(terminal.output)?.[0];
    for (const file of ['secret', 'postgres-password', 'credentials.json']) {
      expect(statSync(join(terminal.data, file)).mode & 0o777).toBe(0o600);
    }
    terminal.signal('SIGTERM');
    await terminal.exitCode();
    terminal.start();
    await terminal.ready();
    expect(terminal.output).toContain(String(key));
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops everything in order on %s and leaves no process',
    async (signal) => {
      terminal.start();
      await terminal.ready();
      terminal.signal(signal);
      // npm passes on what the terminal has already sent: the second one must not cut anything short.
      terminal.signal(signal);
      expect(await terminal.exitCode()).toBe(0);
      const stopped = terminal.journal().filter(({ what }) => what === 'stopped');
      expect(stopped.map(({ app }) => app)).toEqual(STOP_ORDER);
      await terminal.noProcessLeft();
      expect(existsSync(join(terminal.data, 'lock'))).toBe(false);
      expect(readFileSync(join(terminal.data, 'logs', 'postgres.log'), 'utf8')).toContain(
        'database system is shut down',
      );
    },
  );

  it.each([
    ['of the migrations', 'migrating'],
    ['of the wait for a service that is not ready', 'executor | warn'],
  ])('stops in the middle %s and leaves no process', async (_where, sign) => {
    terminal.set('FAKE_UNREADY', 'metrics').start();
    await waitFor(() => terminal.output.includes(sign), {
      what: 'the start to begin',
      timeoutMs: PATIENCE_MS,
    });
    terminal.signal('SIGINT');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.output).toContain('stopped');
    await terminal.noProcessLeft();
  });

  it('kills a service that does not stop when asked, and its children', async () => {
    terminal.set('FAKE_DEAF', 'executor').start();
    await terminal.ready();
    terminal.signal('SIGTERM');
    expect(await terminal.exitCode()).toBe(0);
    await terminal.noProcessLeft();
  });

  it('kills everything at the second Ctrl-C', async () => {
    terminal.set('FAKE_DEAF', 'gateway').start();
    await terminal.ready();
    terminal.signal('SIGINT');
    await waitFor(
      () => {
        terminal.signal('SIGINT');
        return terminal.output;
      },
      { what: 'the second Ctrl-C to count', until: (output) => output.includes('killing') },
    );
    expect(await terminal.exitCode()).toBe(0);
    await terminal.noProcessLeft();
  });

  it('starts a service that dies again, and says so', async () => {
    terminal.start();
    await terminal.ready();
    const dead = terminal.pidOf('scheduler');
    process.kill(dead, 'SIGKILL');
    await waitFor(() => terminal.pidOf('scheduler'), {
      what: 'a new scheduler',
      timeoutMs: PATIENCE_MS,
      until: (pid) => pid !== dead,
    });
    expect(terminal.output).toContain(
      'scheduler was killed by SIGKILL; starting it again in 250 ms',
    );
  });

  it('starts Postgres and NATS again on the same ports when they die', async () => {
    terminal.start();
    await terminal.ready();
    const servers = () =>
      processesOf(terminal.data, []).filter((line) => /nats-server|-D/.test(line));
    const before = servers();
    expect(before).toHaveLength(2);
    for (const line of before) process.kill(Number(line.split(' ')[0]), 'SIGKILL');
    const withoutPid = (lines: string[]) => lines.map((line) => line.replace(/^\d+ /, '')).sort();
    // In a user namespace a server is `unshare` for a moment before it is itself.
    const after = await waitFor(servers, {
      what: 'both servers to be back',
      timeoutMs: PATIENCE_MS,
      until: (lines) =>
        isDeepStrictEqual(withoutPid(lines), withoutPid(before)) &&
        !lines.some((line) => before.includes(line)),
    });
    expect(after).toHaveLength(2);
    expect(terminal.output).toContain('Postgres was killed by SIGKILL; starting it again');
    expect(terminal.output).toContain('NATS was killed by SIGKILL; starting it again');
  });

  it('leaves no process when the starter itself is killed', async () => {
    terminal.start();
    await terminal.ready();
    terminal.signal('SIGKILL');
    await terminal.noProcessLeft();
  });

  it('stops what a killed starter left running, and only that', async () => {
    terminal.start();
    await terminal.ready();
    const records = readFileSync(join(terminal.data, 'processes.json'), 'utf8');
    terminal.signal('SIGKILL');
    await terminal.noProcessLeft();
    // A process that took the number of a recorded one, and one that really was left.
    const bystander = spawn('/bin/sleep', ['600'], { detached: true });
    const leftover = spawn('/bin/sleep', ['601'], { detached: true });
    const wrong = JSON.parse(records) as { name: string; pid: number; identity: string }[];
    const identity = linuxIdentity(leftover.pid ?? 0);
    writeFileSync(
      join(terminal.data, 'processes.json'),
      JSON.stringify([
        { ...wrong[0], pid: bystander.pid },
        { name: 'nats', pid: leftover.pid, identity },
      ]),
    );
    terminal.start();
    await terminal.ready();
    expect(terminal.output).toContain('stopped nats, left running by an earlier start');
    expect(leftover.signalCode ?? leftover.exitCode).not.toBeNull();
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });

  it('refuses a data folder that another start uses, in one sentence', async () => {
    terminal.start();
    await terminal.ready();
    const first = terminal.output;
    const second = new Terminal().set('RUNNEL_DATA_DIR', terminal.data).start();
    expect(await second.exitCode()).toBe(78);
    expect(second.output).toMatch(
      /^\[ *[\d.]+s\] The data folder \S+ is in use by another start \(process \d+\): [^\n]+RUNNEL_DATA_DIR[^\n]+\n$/,
    );
    expect(terminal.output).toBe(first);
    await second.remove();
  });

  it('refuses a taken port, naming the port and the variable', async () => {
    const port = await freePort();
    const squatter = createServer().listen(port, '127.0.0.1');
    terminal.set('PORT', String(port)).start();
    expect(await terminal.exitCode()).toBe(78);
    squatter.close();
    expect(terminal.output).toMatch(
      new RegExp(
        `^\\[ *[\\d.]+s\\] Port ${port} on 127.0.0.1 is already in use: [^\\n]+PORT[^\\n]+\\n$`,
      ),
    );
  });

  it('refuses a data folder that cannot be a folder', async () => {
    writeFileSync(join(terminal.folder.path, 'file'), '');
    terminal.set('RUNNEL_DATA_DIR', 'file/data').start();
    expect(await terminal.exitCode()).toBe(78);
    expect(terminal.output).toMatch(/^\[ *[\d.]+s\] The data folder \S+ cannot be used [^\n]+\n$/);
  });

  it('names every wrong variable at once', async () => {
    terminal.set('PORT', 'http').set('RUNNEL_SECRET', 'short').start();
    expect(await terminal.exitCode()).toBe(78);
    expect(terminal.output).toContain('PORT:');
    expect(terminal.output).toContain('RUNNEL_SECRET:');
    expect(terminal.output).not.toContain('    at ');
  });

  it('says which servers it cannot reach when addresses are given', async () => {
    const port = await freePort();
    terminal.set('RUNNEL_DATABASE_URL', `postgres://u:p@127.0.0.1:${port}/x`).start();
    expect(await terminal.exitCode()).toBe(1);
    expect(terminal.output).toMatch(/RUNNEL_DATABASE_URL names cannot be used \(.*ECONNREFUSED/);
    expect(terminal.output).not.toContain('    at ');
  });

  it('stops and shows the last words of a migration that fails', async () => {
    terminal.set('FAKE_FAIL', 'metrics-migrate').start();
    expect(await terminal.exitCode()).toBe(1);
    expect(terminal.output).toMatch(
      /The migrations of metrics failed with exit code 1 \(Error: column "x" does not exist\): see \S+metrics-migrate\.log\./,
    );
    await terminal.noProcessLeft();
  });

  it('stops when a service refuses its configuration', async () => {
    terminal.set('FAKE_REFUSE', 'deployments').start();
    expect(await terminal.exitCode()).toBe(78);
    expect(terminal.output).toContain(
      'deployments refuses its configuration: Configuration is not usable: - RUNNEL_X: must be set',
    );
    await terminal.noProcessLeft();
  });
});

function linuxIdentity(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}
