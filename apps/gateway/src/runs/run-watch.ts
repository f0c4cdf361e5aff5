import { Injectable } from '@nestjs/common';
import { isErrorOfKind } from '@runnel/errors';
import { type CommitEntry, type LogEntry, RunLog } from '@runnel/run-log';
import {
  type ExistingRun,
  foldCommit,
  initialState,
  isTerminalStatus,
  type Payload,
  type RunState,
} from '@runnel/run-domain';

import type { Following } from '../live/tail/tail-hub';
import { TailHub } from '../live/tail/tail-hub';

/** What a caller who holds the connection waits for. */
export type RunOutcome =
  | { readonly kind: 'ended'; readonly run: ExistingRun }
  /** A RespondToWebhook node has spoken; its output as it recorded it. */
  | { readonly kind: 'responded'; readonly response: Payload }
  | { readonly kind: 'timeout' };

export interface WatchOptions {
  readonly runId: string;
  readonly timeoutMs: number;
  /** Whether a RespondToWebhook step ends the wait. */
  readonly untilResponse: boolean;
  /** The caller has gone. */
  readonly signal: AbortSignal;
}

const RECOVERY_PAUSE_MS = 250;

/** Watches of runs that somebody waits for. */
@Injectable()
export class RunWatches {
  constructor(
    private readonly hub: TailHub,
    private readonly log: RunLog,
  ) {}

  /** Begins to watch a run, which need not exist yet: to be called before it is started. Throws UnavailableError. */
  async begin(options: WatchOptions): Promise<RunWatch> {
    const watch = new RunWatch(options, this.hub, this.log);
    await watch.follow();
    return watch;
  }

  /** Begins to watch a run that exists, and may have ended. Never rejects: `outcome` tells. */
  async join(options: WatchOptions): Promise<RunWatch> {
    const watch = new RunWatch(options, this.hub, this.log);
    await watch.catchUp();
    return watch;
  }
}

/** One wait for one run. Whatever happens, `stop` frees it. */
export class RunWatch {
  private state: RunState = initialState;
  private seq = 0;
  private following: Following | undefined;
  private settle: (outcome: RunOutcome) => void = () => undefined;
  private readonly settled: Promise<RunOutcome>;
  private stopped = false;
  private lost = false;
  private recovering = false;
  /** What arrives while the history is read; undefined otherwise. */
  private missed: LogEntry[] | undefined;

  constructor(
    private readonly options: WatchOptions,
    private readonly hub: TailHub,
    private readonly log: RunLog,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
  }

  /** What became of the run; `timeout` when the time is up or the caller has gone. */
  async outcome(): Promise<RunOutcome> {
    const { timeoutMs, signal } = this.options;
    const giveUp = (): void => this.settle({ kind: 'timeout' });
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      return await this.settled;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      this.stop();
    }
  }

  stop(): void {
    this.stopped = true;
    this.following?.stop();
  }

  /** Follows the run on the tail from now on. Throws UnavailableError. */
  async follow(): Promise<void> {
    const listener = {
      onEntries: (entries: readonly LogEntry[]): void => this.take(entries),
      onLost: (): void => void this.catchUp(),
    };
    this.following = await this.hub.followRun(this.options.runId, listener);
    if (this.stopped) this.following.stop();
  }

  private take(entries: readonly LogEntry[]): void {
    if (this.missed) return void this.missed.push(...entries);
    for (const entry of entries) {
      if (entry.kind !== 'commit' || entry.position.seq <= this.seq) continue;
      this.seq = entry.position.seq;
      this.state = foldCommit(this.state, entry.commit);
      const outcome = this.outcomeOf(entry);
      if (outcome) return this.settle(outcome);
    }
  }

  private outcomeOf(entry: CommitEntry): RunOutcome | undefined {
    for (const event of this.options.untilResponse ? entry.commit.events : []) {
      if (event.type !== 'StepCompleted' || event.data.nodeType !== 'RespondToWebhook') continue;
      return { kind: 'responded', response: event.data.output };
    }
    const { state } = this;
    if (state.status === 'absent' || !isTerminalStatus(state.status)) return undefined;
    return { kind: 'ended', run: state };
  }

  /**
   * For a run that exists, and after a lost tail: follows (anew) first, then reads what was missed, so that
   * nothing falls between. Gives up when the wait is over.
   */
  async catchUp(): Promise<void> {
    this.lost = true;
    if (this.recovering) return; // it finds out, and follows once more
    this.recovering = true;
    const until = performance.now() + this.options.timeoutMs;
    while (!this.stopped && this.lost && performance.now() < until) {
      this.lost = false;
      const meanwhile: LogEntry[] = (this.missed = []);
      try {
        await this.follow();
        const { commits } = await this.log.history(this.options.runId, this.seq);
        this.missed = undefined;
        this.take(commits);
        this.take(meanwhile);
      } catch (error) {
        if (!isErrorOfKind(error, 'unavailable')) return this.settle({ kind: 'timeout' });
        this.lost = true;
        await new Promise((resolve) => setTimeout(resolve, RECOVERY_PAUSE_MS).unref());
      }
    }
    this.recovering = false;
  }
}
