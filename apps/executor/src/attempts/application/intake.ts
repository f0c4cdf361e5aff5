import type { Clock } from '@runnel/clock';
import { isAppError, messageOf } from '@runnel/errors';
import type { DispatchMessage } from '@runnel/messaging';
import type { RunLog, WorkItem } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import { type Attempt, ExecutorStopping } from './attempt';
import { AttemptLost } from './attempt-lost';
import type { AttemptRunner } from './attempt-runner';
import { loadRun } from './run-loader';

/** An attempt that lives longer than this without having touched the world claims its run all the same. */
const CLAIM_AFTER_MS = 1_000;
/** A run that could not be started is offered again after this. */
const RETRY_MS = 1_000;

interface Held {
  readonly attempt: Attempt;
  readonly delivery: WorkItem;
  readonly since: number;
  readonly abort: AbortController;
  acknowledged: boolean;
}

/**
 * Takes runs from the dispatch queue and holds them until they end. A message is acknowledged once its
 * claim, or its end, is in the log; until then the queue would offer it again.
 */
export class Intake {
  /** Everything that is in hand, from the moment it is taken, by run. */
  private readonly works = new Map<string, Promise<void>>();
  /** Attempts that are under way. */
  private readonly held = new Map<string, Held>();
  private draining = false;

  constructor(
    private readonly runner: AttemptRunner,
    private readonly log: RunLog,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get holding(): number {
    return this.works.size;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  /** Works on the run a message offers; resolves when it is done with. Never rejects. */
  async take(delivery: WorkItem): Promise<void> {
    if (this.draining) return delivery.nak(0);
    const message = decode(delivery.data);
    if (message === undefined) {
      this.logger.error('dispatch message cannot be read, dropped');
      return delivery.ack();
    }
    const { runId } = message;
    if (this.works.has(runId)) return delivery.nak(RETRY_MS);
    const work = this.work(message, delivery).catch((error: unknown) =>
      this.settle(runId, delivery, error),
    );
    this.works.set(runId, work);
    await work;
    this.held.delete(runId);
    this.works.delete(runId);
  }

  /** Puts the claim on disk for attempts that have been at it for a while; called about twice a second. */
  claimSlow(): void {
    const now = this.clock.now();
    for (const held of this.held.values()) {
      if (held.attempt.commits.claimed) this.acknowledge(held);
      else if (held.attempt.hasProgram && now - held.since >= CLAIM_AFTER_MS) this.claim(held);
    }
  }

  /**
   * Somebody else has taken a run away by the commit that made it `revision`. Work that began before that
   * stops at once, without a further commit: it could not store one.
   */
  letGo(runId: string, revision: number): void {
    const held = this.held.get(runId);
    if (held?.attempt.commits.isOlderThan(revision) !== true) return;
    held.abort.abort(new AttemptLost(runId));
  }

  /**
   * Takes nothing more, waits until what is held has ended or `graceMs` are over, and then gives the rest
   * back: put back to queued, to go on from its journal elsewhere.
   */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    const deadline = this.clock.now() + graceMs;
    const left = Math.max(1, deadline - this.clock.now());
    await Promise.race([Promise.all(this.works.values()), pause(left)]);
    await Promise.all([...this.held].map(([runId, held]) => this.giveBack(runId, held)));
  }

  private async work(message: DispatchMessage, delivery: WorkItem): Promise<void> {
    const run = await loadRun(message, this.log);
    if (run === undefined) return delivery.ack();
    if (this.draining) return delivery.nak(0);
    const abort = new AbortController();
    const attempt = this.runner.start(run, abort);
    const held: Held = { attempt, delivery, since: this.clock.now(), abort, acknowledged: false };
    this.held.set(message.runId, held);
    await attempt.ended;
    this.acknowledge(held);
  }

  private acknowledge(held: Held): void {
    if (held.acknowledged) return;
    held.acknowledged = true;
    held.delivery.ack();
  }

  private claim(held: Held): void {
    held.attempt.commits
      .append(() => [])
      .then(
        () => this.acknowledge(held),
        (error: unknown) => held.abort.abort(error),
      );
  }

  private settle(runId: string, delivery: WorkItem, error: unknown): void {
    const held = this.held.get(runId);
    if (error instanceof ExecutorStopping) return delivery.nak(0); // settled already if it was claimed
    if (held?.acknowledged) {
      this.logger.warn({ runId, reason: messageOf(error) }, 'attempt given up');
      return;
    }
    if (isAppError(error, 'ATTEMPT_LOST')) {
      this.logger.debug({ runId, reason: messageOf(error) }, 'run was not to be had');
      return delivery.ack();
    }
    if (!isAppError(error))
      this.logger.error({ runId, err: error }, 'attempt could not be started');
    else
      this.logger.warn(
        { runId, reason: error.message },
        'attempt could not be started, will be offered again',
      );
    delivery.nak(RETRY_MS);
  }

  private async giveBack(runId: string, held: Held): Promise<void> {
    const { commits } = held.attempt;
    try {
      await commits.idle(); // a claim may be on its way
      if (commits.claimed) {
        await commits.append((now) => [
          { type: 'RestartRun', now, reason: 'executor is stopping' },
        ]);
        this.acknowledge(held);
      }
    } catch (error) {
      if (isAppError(error, 'ATTEMPT_LOST')) return; // it has ended meanwhile
      this.logger.warn(
        { runId, reason: messageOf(error) },
        'run not given back, its lease will run out',
      );
    } finally {
      held.attempt.stopWaiting();
      held.abort.abort(new ExecutorStopping());
    }
  }
}

function decode(data: Uint8Array): DispatchMessage | undefined {
  try {
    const message = JSON.parse(
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'),
    ) as DispatchMessage;
    return typeof message.runId === 'string' && typeof message.project === 'string'
      ? message
      : undefined;
  } catch {
    return undefined; // the caller logs and drops it: nobody but us writes to this queue
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
