import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';

import type { Hold, WatchedRun } from './watchdog';
import { type Frame, FrameReader } from './wire/frame-reader';
import { FrameWriter } from './wire/frame-writer';
import { TO_CHILD, TO_POOL } from './wire/messages';
import { PoolStatusPage } from './wire/status-page';

/** Largest message that a child can honestly have to say. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** How much of what a dying child says is kept for the log. */
const MAX_LAST_WORDS = 2_048;

/** Whom a child tells what happens. */
export interface ChildListener {
  ready(child: SandboxChild): void;
  message(child: SandboxChild, frame: Frame): void;
  /** The process is gone; its status page can still be read. */
  gone(child: SandboxChild): void;
}

/** One child process as the pool sees it. */
export class SandboxChild {
  state: 'starting' | 'ready' | 'gone' = 'starting';
  /** It was ready once. */
  cameUp = false;
  /** It was killed, or asked to stop, by the pool. */
  dismissed = false;
  /** Runs in the child by number. */
  readonly runs = new Map<number, WatchedRun>();
  /** Numbers of runs that the pool has let go and the child not yet. */
  readonly ghosts = new Set<number>();
  /** Programs and preludes the child has; programs with their number, the longest unused first. */
  readonly programs = new Map<string, number>();
  readonly preludes = new Set<number>();
  /** When the child last said, and was last told, something; ms of a monotonic clock. */
  heardAt: number;
  toldAt: number;
  /** What the watchdog remembers. */
  hold: Hold | undefined;
  stalled = false;
  lastWords = '';
  private readonly frames = new FrameWriter();
  private flushing = false;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly process: ChildProcess,
    readonly page: PoolStatusPage,
    private readonly listener: ChildListener,
    private readonly now: () => number,
  ) {
    this.heardAt = this.toldAt = now();
    const reader = new FrameReader((frame) => this.hear(frame), MAX_FRAME_BYTES);
    (process.stdout as Readable).on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch {
        this.disown();
      }
    });
    (process.stderr as Readable).on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-MAX_LAST_WORDS);
    });
    for (const stream of [process.stdin, process.stdout, process.stderr])
      stream?.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      const over = (): void => {
        if (this.state === 'gone') return;
        this.state = 'gone';
        listener.gone(this);
        resolve();
      };
      process.once('exit', over);
      process.once('error', (error) => {
        this.lastWords ||= error.message;
        over();
      });
    });
  }

  /** Starts a child process. `command` is the program to run, `args` its arguments. Throws when no file for the status page can be made. */
  static spawn(
    command: string,
    args: readonly string[],
    listener: ChildListener,
    now: () => number,
  ): SandboxChild {
    const fd = openUnlinked();
    try {
      const page = new PoolStatusPage(fd);
      const process = spawn(command, args, {
        cwd: '/',
        env: {},
        stdio: ['pipe', 'pipe', 'pipe', fd],
      });
      const child = new SandboxChild(process, page, listener, now);
      void child.exited.then(() => closeSync(fd));
      return child;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** VMs that are taken. */
  get load(): number {
    return this.runs.size + this.ghosts.size;
  }

  /** Sends one message; messages of one turn of the event loop go in one write. */
  send(type: number, run: number, argument = 0, head = '', body: string | Uint8Array = ''): void {
    if (this.state === 'gone') return;
    this.toldAt = this.now();
    this.frames.add(type, run, argument, head, body);
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.input.write(this.frames.take());
    });
  }

  /** Ends the process without asking it. */
  kill(): void {
    this.dismissed = true;
    this.process.kill('SIGKILL');
  }

  /** Treats the child as crashed: what it says makes no sense. */
  disown(): void {
    this.process.kill('SIGKILL');
  }

  /** Closes the channel, at which the child ends by itself; kills it if it has not within `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.dismissed = true;
    this.input.end();
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  trim(): void {
    this.send(TO_CHILD.trim, 0);
  }

  /** Lets the process of the pool end although the child lives. */
  setIdle(idle: boolean): void {
    const method = idle ? 'unref' : 'ref';
    this.process[method]();
    for (const stream of [this.process.stdin, this.process.stdout, this.process.stderr]) {
      (stream as (Duplex & { ref?(): void; unref?(): void }) | null)?.[method]?.();
    }
  }

  private get input(): Writable {
    return this.process.stdin as Writable;
  }

  private hear(frame: Frame): void {
    this.heardAt = this.now();
    if (frame.type !== TO_POOL.ready) return this.listener.message(this, frame);
    this.state = 'ready';
    this.cameUp = true;
    this.listener.ready(this);
  }
}

/** A file that only its descriptor leads to; in memory where there is such a place, since it is written all the time. */
function openUnlinked(): number {
  try {
    return openIn('/dev/shm');
  } catch {
    return openIn(tmpdir()); // not every system has one
  }
}

function openIn(place: string): number {
  const folder = mkdtempSync(join(place, 'runnel-sandbox-'));
  try {
    return openSync(join(folder, 'status'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
