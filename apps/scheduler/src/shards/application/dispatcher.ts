import { messageOf } from '@runnel/errors';
import type { DispatchMessage } from '@runnel/messaging';
import type { WorkQueue } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import { HoldOff } from '../domain/hold-off';
import type { ProjectBudget } from '../domain/project-budget';
import { ReadyQueue } from '../domain/ready-queue';
import type { LiveRun } from './live-runs';

/**
 * Offers ready runs to executors, most urgent first. Only so many are offered and not yet taken at a time:
 * the queue stays short, so that a run of high priority overtakes a long backlog.
 */
export class Dispatcher {
  private readonly ready = new ReadyQueue();
  private readonly offered = new Set<string>();
  private readonly holdOff = new HoldOff();
  /** Ready runs of projects that have as many at work as they may. */
  private readonly parked = new Map<string, ReadyQueue>();
  private readonly parkedIn = new Map<string, ReadyQueue>();

  constructor(
    private readonly queue: WorkQueue,
    private readonly find: (runId: string) => LiveRun | undefined,
    private readonly logger: Logger,
    private readonly window: number,
    private readonly budget: ProjectBudget,
    private readonly now: () => number,
  ) {}

  get readyCount(): number {
    return this.ready.size + this.parkedIn.size;
  }

  get offeredCount(): number {
    return this.offered.size;
  }

  /** The run may be taken now. Does nothing when it is offered already. */
  add(run: LiveRun): void {
    if (this.offered.has(run.runId) || this.parkedIn.has(run.runId)) return;
    this.release(run.runId);
    this.ready.add(run.runId, run.state.priority);
    if (this.ready.size > this.window * 4) run.requested = undefined;
  }

  /** The run has ended, or must wait. */
  remove(runId: string): void {
    this.ready.remove(runId);
    this.offered.delete(runId);
    this.unpark(runId);
    this.release(runId);
  }

  /** An executor works on the run. */
  taken(run: LiveRun): void {
    this.ready.remove(run.runId);
    this.offered.delete(run.runId);
    this.unpark(run.runId);
    this.budget.take(run.project, run.runId);
  }

  /** Offers again what was offered before: the queue has lost it. */
  offerAgain(): number {
    const lost = [...this.offered];
    this.offered.clear();
    for (const runId of lost) {
      const run = this.find(runId);
      if (run) this.add(run);
    }
    this.pump();
    return lost.length;
  }

  /** Fills the window, unless the queue has just refused something: it is gone or full, and needs time. */
  pump(): void {
    if (!this.holdOff.isOver(this.now())) return;
    while (this.offered.size < this.window) {
      const runId = this.ready.take();
      if (runId === undefined) return;
      const run = this.find(runId);
      if (run === undefined) continue;
      if (this.budget.hasRoom(run.project)) this.offer(run);
      else this.park(run);
    }
  }

  private park(run: LiveRun): void {
    const queue = this.parked.get(run.project) ?? new ReadyQueue();
    this.parked.set(run.project, queue);
    this.parkedIn.set(run.runId, queue);
    queue.add(run.runId, run.state.priority);
    run.requested = undefined;
  }

  private unpark(runId: string): void {
    this.parkedIn.get(runId)?.remove(runId);
    this.parkedIn.delete(runId);
  }

  /** Gives the run's place to the next parked run of its project. */
  private release(runId: string): void {
    const project = this.budget.release(runId);
    if (project === undefined) return;
    const queue = this.parked.get(project);
    const next = queue?.take();
    if (queue?.size === 0) this.parked.delete(project);
    if (next === undefined) return;
    this.parkedIn.delete(next);
    const run = this.find(next);
    if (run) this.ready.add(next, run.state.priority);
  }

  private offer(run: LiveRun): void {
    this.offered.add(run.runId);
    this.budget.take(run.project, run.runId);
    const message: DispatchMessage = {
      runId: run.runId,
      project: run.project,
      revision: run.revision,
      ...(run.requested && { requested: run.requested }),
    };
    const { kind, queue } = run.state.request;
    this.queue
      .publish(kind, queue, Buffer.from(JSON.stringify(message)))
      .then(() => this.holdOff.accepted())
      .catch((error: unknown) => {
        this.refused(error);
        this.offered.delete(run.runId);
        const current = this.find(run.runId);
        if (current?.state.status === 'queued') this.add(current);
      });
  }

  private refused(error: unknown): void {
    const againInMs = this.holdOff.refused(this.now());
    if (againInMs === undefined) return;
    this.logger.warn(
      { reason: messageOf(error), ready: this.ready.size, againInMs },
      'runs not offered, will be offered again',
    );
  }
}
