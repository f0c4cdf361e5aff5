import type { Clock } from '@runnel/clock';
import type { CommitEntry, RunLog, WorkQueue } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import { DeploymentOutcomes } from '../domain/deployment-outcomes';
import { DueQueue } from '../domain/due-queue';
import { agendaOf, type DueCommand } from '../domain/next-action';
import { ProjectBudget } from '../domain/project-budget';
import { wasTakenAway } from '../domain/taken-away';
import { Decisions } from './decisions';
import { Dispatcher } from './dispatcher';
import { commandFor, crashOf } from './due-command';
import type { ExecutorWatch } from './executor-watch';
import { type LiveRun, LiveRuns } from './live-runs';
import type { RunNotices } from './run-notices.port';
import type { ShardSnapshot, SnapshotChange } from './snapshots.port';

/** Due decisions started per tick; the rest follow in the next one, 50 ms later. */
const MAX_DECISIONS_PER_TICK = 500;
/** A decision that could not be stored is tried again after this. */
const RETRY_MS = 1_000;
/** A log that brings nothing for this long has been read to its end. */
const SILENCE_MS = 250;

export interface ShardSchedulerParts {
  readonly shard: number;
  readonly log: RunLog;
  readonly queue: WorkQueue;
  readonly watch: ExecutorWatch;
  readonly notices: RunNotices;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Runs offered and not yet taken, at most. */
  readonly window: number;
  /** Runs of one project in this shard that are offered or worked on, at most; 0: no limit. */
  readonly projectLimit: number;
  /** The log's end when the shard was taken over, if that has been read the shard is caught up at once. */
  readonly endOfLog: number;
}

/**
 * Decides when and whether for the runs of one shard: reads the shard's log in order, offers runs to
 * executors, and appends what time or a dead executor calls for. Owned by one process at a time; two at
 * once for a moment do no harm, since each decision expects the run's revision.
 */
export class ShardScheduler {
  readonly runs = new LiveRuns((entry, before, after) => {
    const { project, at, actor } = entry.commit;
    this.outcomes.note(project, before, after, at);
    if (!wasTakenAway(before, after, actor)) return;
    this.parts.notices.moved(entry.runId, entry.position.seq);
  });
  readonly dispatcher: Dispatcher;
  private readonly outcomes = new DeploymentOutcomes();
  private readonly due = new DueQueue();
  private readonly dueCommand = new Map<string, DueCommand>();
  private readonly decisions: Decisions;
  private caughtUp = false;
  private heardAt = 0;

  constructor(private readonly parts: ShardSchedulerParts) {
    this.dispatcher = new Dispatcher(
      parts.queue,
      (runId) => this.runs.get(runId),
      parts.logger,
      parts.window,
      new ProjectBudget(parts.projectLimit),
      () => parts.clock.now(),
    );
    this.decisions = new Decisions(parts.log, parts.logger);
  }

  /** Takes up where the last owner stored a snapshot. */
  restore(snapshot: ShardSnapshot): void {
    this.heardAt = this.parts.clock.now();
    this.runs.restore(snapshot);
    for (const run of this.runs.values()) this.plan(run);
  }

  /** Reads the shard until `signal`. Rejects when an entry cannot be decoded: it is never skipped. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log, shard } = this.parts;
    for await (const batch of log.tail(shard, { after: this.runs.seq, output: false, signal })) {
      this.heardAt = this.parts.clock.now();
      for (const entry of batch) if (entry.kind === 'commit') await this.take(entry);
      if (this.caughtUp) this.dispatcher.pump();
    }
  }

  /** Does what is due. Called every few milliseconds; never throws for a single run. */
  tick(): void {
    const now = this.parts.clock.now();
    if (!this.hasCaughtUp(now)) return;
    for (let count = 0; count < MAX_DECISIONS_PER_TICK; count += 1) {
      const runId = this.due.takeDue(now);
      if (runId === undefined) break;
      this.onDue(runId);
    }
    this.dispatcher.pump();
  }

  /** Crashes the attempts that dead executors hold. Returns how many. */
  reapExecutors(): number {
    if (!this.caughtUp) return 0;
    const { watch, clock, random } = this.parts;
    let reaped = 0;
    for (const executor of watch.deadAmong(this.runs.executors(), clock.now())) {
      const held = this.runs.heldByExecutor(executor);
      this.parts.logger.warn({ executor, held: held.length }, 'executor declared dead');
      for (const runId of held) {
        const run = this.runs.get(runId);
        if (run) this.decide(run, crashOf(executor, clock.iso(), random()), 'Look');
        reaped += 1;
      }
    }
    return reaped;
  }

  snapshotChange(): SnapshotChange | undefined {
    const change = this.runs.change(this.parts.shard);
    return change && { ...change, outcomes: this.outcomes.take() };
  }

  /**
   * Nothing is decided on old news: after a start the log is read until it falls silent for a moment,
   * since most of what an old snapshot calls for has long been done.
   */
  private hasCaughtUp(now: number): boolean {
    this.caughtUp ||= this.runs.seq >= this.parts.endOfLog || now - this.heardAt >= SILENCE_MS;
    return this.caughtUp;
  }

  private async take(entry: CommitEntry): Promise<void> {
    let run = this.runs.apply(entry);
    if (run === 'unknown') {
      const history = await this.parts.log.history(entry.runId);
      run = this.runs.adopt(
        history.commits.filter((commit) => commit.position.seq <= entry.position.seq),
      );
    }
    if (run !== 'ended') return this.plan(run);
    this.dispatcher.remove(entry.runId);
    this.clearDue(entry.runId);
  }

  private plan(run: LiveRun): void {
    const agenda = agendaOf(run.state, this.parts.clock.now());
    if (agenda.ready) this.dispatcher.add(run);
    else if (isAtWork(run)) this.dispatcher.taken(run);
    else this.dispatcher.remove(run.runId);
    if (agenda.due) this.setDue(run.runId, agenda.due.at, agenda.due.command);
    else this.clearDue(run.runId);
  }

  private onDue(runId: string): void {
    const run = this.runs.get(runId);
    const command = this.dueCommand.get(runId);
    this.dueCommand.delete(runId);
    if (run === undefined || command === undefined) return;
    if (command === 'Look') return this.plan(run);
    const { clock, random } = this.parts;
    const wasWaiting = run.state.status === 'waiting';
    this.decide(run, commandFor(command, wasWaiting, clock.iso(), random()), command);
  }

  private decide(run: LiveRun, command: Parameters<Decisions['make']>[1], again: DueCommand): void {
    const { clock, logger } = this.parts;
    this.decisions
      .make(run, command)
      .then((outcome) => {
        if (outcome === 'unavailable') this.setDue(run.runId, clock.now() + RETRY_MS, again);
      })
      .catch((error: unknown) => {
        logger.error({ err: error, runId: run.runId, command: command.type }, 'decision failed');
      });
  }

  private setDue(runId: string, at: number, command: DueCommand): void {
    this.due.set(runId, at);
    this.dueCommand.set(runId, command);
  }

  private clearDue(runId: string): void {
    this.due.remove(runId);
    this.dueCommand.delete(runId);
  }
}

function isAtWork({ state }: LiveRun): boolean {
  return state.status === 'executing' || state.status === 'dequeued';
}
