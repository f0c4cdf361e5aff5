import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

import { UnavailableError } from '@runnel/errors';

import type { SandboxHost, SandboxResult, SandboxRun } from './api';
import { Dispatcher, type SandboxLogger } from './dispatcher';
import { Execution } from './execution';
import { NO_NOTES } from './limits';

export interface SandboxPoolOptions {
  /** Child processes that share the work. Default: the number of cores, at most 2. */
  readonly processes?: number;
  /** VMs, and so runs at one time, in each child. Default 32, some 2 to 10 MiB each. */
  readonly maxVmsPerProcess?: number;
  /** Runs that may wait for a VM; more are refused. Default 5,000. */
  readonly maxQueued?: number;
  /** Compiled `child/main.js`. Default: the one beside this file. */
  readonly childEntry?: string;
  /** After so long without a run all but one child are stopped. Default 60,000 ms. */
  readonly idleMs?: number;
  readonly logger?: SandboxLogger;
}

export interface SandboxStats {
  /** How children are kept from the network; undefined until that was found out, with `prepare` or the first run. */
  readonly isolation: 'namespace' | 'process' | undefined;
  readonly processes: number;
  /** Of the children that are up. */
  readonly pids: readonly number[];
  readonly running: number;
  readonly queued: number;
  /** Since the start: children that were killed, children that died by themselves, runs executed again. */
  readonly killed: number;
  readonly crashed: number;
  readonly repeated: number;
}

const TICK_MS = 50;
/** How long the last notes of a run whose time is over are waited for. */
const LAST_NOTES_MS = 100;
const DEFAULT_MAX_QUEUED = 5_000;
const DEFAULT_IDLE_MS = 60_000;

/** Runs programs that nobody trusts, in child processes that can do nothing else. */
export class SandboxPool {
  private readonly dispatcher: Dispatcher;
  private readonly live = new Set<Execution>();
  private readonly processes: number;
  private waiters: (() => void)[] = [];
  private ticker: NodeJS.Timeout | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: SandboxPoolOptions = {}) {
    this.processes = options.processes ?? Math.min(2, availableParallelism());
    const crew = {
      processes: this.processes,
      maxVms: options.maxVmsPerProcess ?? 32,
      childEntry: options.childEntry,
    };
    this.dispatcher = new Dispatcher(crew, now, options.logger, () => this.wake());
  }

  /**
   * Executes one run and resolves with how it ended; limits and crashes are endings too. Rejects with
   * UnavailableError when no process can be started, too many runs wait or the pool is closed, and with what
   * `run.program` throws.
   */
  async run(run: SandboxRun, host: SandboxHost): Promise<SandboxResult> {
    if (this.closed) throw closedError();
    if (run.signal?.aborted === true) return { status: 'suspended', notes: NO_NOTES, cpuMs: 0 };
    if (this.dispatcher.queued >= (this.options.maxQueued ?? DEFAULT_MAX_QUEUED)) {
      throw new UnavailableError('sandbox', 'too many runs wait for a sandbox: try again later');
    }
    await this.dispatcher.crew.prepare();
    if (this.closed) throw closedError();
    return new Promise((resolve, reject) => {
      const over = (execution: Execution): void => this.over(execution);
      const execution = new Execution(run, host, now(), { resolve, reject, over });
      this.live.add(execution);
      this.tick();
      this.dispatcher.add(execution);
    });
  }

  /** Finds out how processes are started and kept from the network here, without starting one. Rejects with UnavailableError. */
  prepare(): Promise<void> {
    return this.dispatcher.crew.prepare();
  }

  /** Starts all processes, loads `prelude` into them if it is given, and resolves when they are up. Rejects with UnavailableError. */
  async warm(prelude?: string): Promise<void> {
    if (this.closed) throw closedError();
    this.dispatcher.warmPrelude = prelude ?? this.dispatcher.warmPrelude;
    const { crew } = this.dispatcher;
    await crew.prepare();
    crew.fill();
    this.tick();
    while ([...crew.children].filter(({ state }) => state === 'ready').length < this.processes) {
      if (crew.despair !== undefined) throw crew.despair;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  stats(): SandboxStats {
    const { crew, counts, running, queued } = this.dispatcher;
    const pids = [...crew.children].flatMap(({ state, pid }) =>
      state === 'ready' && pid !== undefined ? [pid] : [],
    );
    return {
      isolation: crew.isolation,
      processes: crew.children.size,
      pids,
      running,
      queued,
      ...counts,
    };
  }

  /** Ends all runs with UnavailableError and all child processes. */
  async close(): Promise<void> {
    this.closed = true;
    for (const execution of [...this.live]) execution.abandon(closedError());
    clearInterval(this.ticker);
    clearTimeout(this.idleTimer);
    await this.dispatcher.crew.close();
  }

  private over(execution: Execution): void {
    this.live.delete(execution);
    this.dispatcher.remove(execution);
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** Keeps the clock running while there is work. */
  private tick(): void {
    if (this.ticker !== undefined || this.closed) return;
    clearTimeout(this.idleTimer);
    this.ticker = setInterval(() => this.onTick(), TICK_MS);
    for (const child of this.dispatcher.crew.children) child.setIdle(false);
  }

  private onTick(): void {
    const at = now();
    for (const execution of this.live) if (at > execution.deadline) this.expire(execution, at);
    this.dispatcher.watch();
    const isAwaited = this.waiters.length > 0;
    this.wake();
    if (this.live.size > 0 || isAwaited || this.dispatcher.isBusy) return;
    clearInterval(this.ticker);
    this.ticker = undefined;
    for (const child of this.dispatcher.crew.children) child.setIdle(true);
    const rest = (): void => void this.dispatcher.crew.rest();
    this.idleTimer = setTimeout(rest, this.options.idleMs ?? DEFAULT_IDLE_MS).unref();
  }

  private expire(execution: Execution, at: number): void {
    if (execution.endingAt === undefined && this.dispatcher.expire(execution)) return;
    if (execution.endingAt === undefined || at - execution.endingAt > LAST_NOTES_MS)
      execution.timeOut();
  }
}

/** A clock that only goes forward, ms. */
function now(): number {
  return performance.now();
}

function closedError(): UnavailableError {
  return new UnavailableError('sandbox', 'the sandbox pool is closed');
}
