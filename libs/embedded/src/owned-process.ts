import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { dieWithUs, forget } from './reaper';
import { StartError } from './start-error';

/** Somebody outside of the group could hold the pipes open. */
const LAST_WORDS_MS = 1_000;

/** How a process ended: exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to run. `uid` and `gid` are those of another user (only root may name one). */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
}

/**
 * A child process in a process group of its own: signals at the terminal do not reach it, and all that it
 * has started can be ended with it. It dies when this process dies.
 */
export class OwnedProcess {
  readonly pid: number;
  /** Resolves when the process has ended, its group has been swept, and what it said last was heard. */
  readonly exited: Promise<Exit>;
  private ended = false;

  private constructor(child: ChildProcess, pid: number) {
    this.pid = pid;
    dieWithUs(pid);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.ended = true;
        this.killGroup();
        forget(pid);
        // Its last words, which say why it ended, may still be in the pipes.
        const settle = (): void => resolve({ code, signal });
        child.once('close', settle);
        setTimeout(settle, LAST_WORDS_MS).unref();
      });
    });
  }

  /** Starts it. Rejects with a StartError when the program cannot be executed. */
  static async start(spec: ProcessSpec): Promise<OwnedProcess> {
    const child = spawn(spec.command, spec.args, {
      detached: true,
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    child.stdout.on('data', spec.onStdout ?? (() => undefined));
    child.stderr.on('data', spec.onStderr ?? (() => undefined));
    if (child.pid !== undefined) return new OwnedProcess(child, child.pid);
    const [cause] = (await once(child, 'error')) as [Error];
    throw new StartError(
      `${spec.name} cannot be started: ${spec.command}: ${cause.message}.`,
      undefined,
      { cause },
    );
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Sends a signal to the process alone; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.ended) return;
    send(this.pid, signal);
  }

  /** Asks it to stop, waits `graceMs`, then kills it and its group. Resolves when it has ended. */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<Exit> {
    this.signal(signal);
    const cutOff = setTimeout(() => this.killGroup(), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(cutOff);
    }
  }

  /** Kills everything in its process group at once. */
  killGroup(): void {
    send(-this.pid, 'SIGKILL');
  }
}

/** Sends a signal; a process that is already gone is what the caller wanted. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}
