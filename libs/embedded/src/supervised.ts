import { setTimeout as delay } from 'node:timers/promises';

import { BackOff } from './back-off';
import type { Exit, OwnedProcess } from './owned-process';

/** A process that is to be kept alive. */
export interface SupervisedOptions {
  readonly name: string;
  /** Starts one process. */
  readonly spawn: () => Promise<OwnedProcess>;
  /** Resolves when the process serves; rejects when it never will. Without it a started process counts as ready. */
  readonly ready?: (process: OwnedProcess) => Promise<void>;
  readonly restart: boolean;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  readonly report: (line: string) => void;
  /** Told of every process that comes and goes. */
  readonly onChange?: (process: OwnedProcess | undefined) => void;
  readonly backOff?: BackOff;
}

/** Keeps one process alive until it is told to stop: what dies is started again, with back-off, and said so. */
export class Supervised {
  private current: OwnedProcess | undefined;
  private watching: Promise<void> | undefined;
  private stopping = false;
  private startedAtMs = 0;
  private wake = new AbortController();
  private readonly backOff: BackOff;

  constructor(private readonly options: SupervisedOptions) {
    this.backOff = options.backOff ?? new BackOff();
  }

  get name(): string {
    return this.options.name;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.current?.alive === true ? this.current.pid : undefined;
  }

  /** Starts it and waits until it serves. Rejects when the first start fails; nothing is left running then. */
  async start(): Promise<void> {
    if (this.current?.alive === true) return;
    await this.launch();
    this.watching = this.keepAlive();
  }

  /** Resolves when the process that runs now has ended; at once when none does. */
  async ended(): Promise<Exit | undefined> {
    return this.current?.exited;
  }

  /** Signals the process and, for a signal that ends it, waits for that. It is restarted if that was asked for. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const process = this.current;
    process?.signal(signal);
    if (ENDING.includes(signal)) await process?.exited;
  }

  /** Stops it for good: signal, grace period, SIGKILL. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.abort();
    await this.current?.stop(this.options.stopSignal, this.options.graceMs);
    await this.watching;
  }

  /** Stops the process, if it runs, and starts a fresh one. */
  async restart(): Promise<void> {
    await this.stop();
    this.stopping = false;
    this.wake = new AbortController();
    await this.start();
  }

  private async launch(): Promise<void> {
    const process = await this.options.spawn();
    this.current = process;
    this.startedAtMs = performance.now();
    this.options.onChange?.(process);
    void process.exited.then(() => this.options.onChange?.(undefined));
    if (this.stopping) await process.stop(this.options.stopSignal, this.options.graceMs);
    try {
      await this.options.ready?.(process);
    } catch (error) {
      await process.stop('SIGKILL', 0);
      throw error;
    }
  }

  private async keepAlive(): Promise<void> {
    for (;;) {
      const exit = await this.current?.exited;
      if (this.stopping || !this.options.restart || !exit) return;
      await this.bringBack(`${this.name} ${describeExit(exit)}`);
    }
  }

  private async bringBack(what: string): Promise<void> {
    let reason = what;
    while (!this.stopping) {
      const waitMs = this.backOff.next(performance.now() - this.startedAtMs);
      this.options.report(`${reason}; starting it again in ${waitMs} ms`);
      try {
        await delay(waitMs, undefined, { signal: this.wake.signal });
        await this.launch();
        return;
      } catch (error) {
        reason = `${this.name} did not come back: ${String(error)}`;
      }
    }
  }
}

const ENDING: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT'];

/** In words, how a process ended. */
export function describeExit(exit: Exit): string {
  if (exit.signal) return `was killed by ${exit.signal}`;
  return exit.code === 0 ? 'ended by itself' : `failed with exit code ${exit.code}`;
}
