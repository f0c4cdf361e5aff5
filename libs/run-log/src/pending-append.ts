import { ConcurrencyError, UnavailableError } from '@runnel/errors';
import type { Commit } from '@runnel/run-domain';

import { backoffMs } from './backoff';
import type { ConnectionWatch } from './connection-watch';
import type { HistoryReader } from './history-reader';
import type { LogStats } from './log-stats';
import type { PublishOutcome } from './publish-outcome';
import type { CommitEntry, Position } from './run-log.port';
import type { OutgoingMessage, ShardWriter } from './shard-writer';

/** What all appends of a process share. */
export interface AppendContext {
  readonly history: Pick<HistoryReader, 'firstAfter'>;
  readonly watch: Pick<ConnectionWatch, 'whenUp'>;
  readonly stats: LogStats;
  /** Resolves after so many milliseconds. */
  readonly delay: (ms: number) => Promise<void>;
}

export interface AppendTarget {
  readonly runId: string;
  readonly shard: number;
  readonly subject: string;
  readonly expectedRevision: number;
  readonly commit: Commit;
  readonly deadline: number;
}

const BASE_MS = 10;
const MAX_MS = 500;
/** Conflicts after a doubtful try that a lagging replica may explain away before they are believed. */
const BELIEVED_CONFLICTS = 3;

/**
 * One append until its outcome is certain. A stored commit and a lost race are certain at once; anything
 * else is looked up: the only commit that can follow the expected revision is this one or a winner's.
 */
export class PendingAppend implements OutgoingMessage {
  readonly expects = true;
  readonly subject: string;
  readonly deadline: number;
  /** True once a copy may have been stored without our hearing of it. */
  private doubtful = false;
  private conflicts = 0;
  private tries = 0;

  constructor(
    private readonly context: AppendContext,
    private readonly writer: Pick<ShardWriter, 'enqueue'>,
    private readonly target: AppendTarget,
    readonly payload: Uint8Array,
    readonly headers: string,
    private readonly resolve: (position: Position) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.subject = target.subject;
    this.deadline = target.deadline;
  }

  settle(outcome: PublishOutcome): void {
    const { stats } = this.context;
    switch (outcome.kind) {
      case 'stored':
        stats.appends += 1;
        return this.resolve({ shard: this.target.shard, seq: outcome.seq });
      case 'conflict':
        if (!this.doubtful) return this.lose();
        this.conflicts += 1;
        return this.lookUpLater(outcome.kind);
      case 'refused':
        return this.reject(
          unavailable(`the log refused the append to ${this.target.runId}: ${outcome.reason}`),
        );
      case 'unsent':
        return this.reject(
          unavailable(this.doubtful ? this.unknownOutcome(outcome.reason) : outcome.reason),
        );
      case 'unknown':
        this.doubtful = true;
        stats.unknowns += 1;
        return this.lookUpLater(outcome.reason);
    }
  }

  private lookUpLater(reason: string): void {
    this.lookUp(reason).catch((error: unknown) => {
      this.reject(unavailable(this.unknownOutcome(reason), error));
    });
  }

  private async lookUp(reason: string): Promise<void> {
    this.tries += 1;
    const left = this.deadline - Date.now();
    await this.context.delay(Math.min(backoffMs(this.tries, BASE_MS, MAX_MS), Math.max(left, 0)));
    if (!(await this.context.watch.whenUp(Math.max(this.deadline - Date.now(), 0)))) {
      return this.reject(unavailable(this.unknownOutcome(reason)));
    }
    const next = await this.readNext();
    if (next === 'unread') {
      if (Date.now() < this.deadline) return this.lookUpLater(reason);
      return this.reject(unavailable(this.unknownOutcome(reason)));
    }
    if (next) return this.decide(next);
    if (this.conflicts >= BELIEVED_CONFLICTS) return this.lose();
    if (Date.now() >= this.deadline) return this.reject(unavailable(this.unknownOutcome(reason)));
    this.context.stats.retries += 1;
    this.writer.enqueue(this);
  }

  private async readNext(): Promise<CommitEntry | undefined | 'unread'> {
    try {
      return await this.context.history.firstAfter(this.target.runId, this.target.expectedRevision);
    } catch {
      return 'unread'; // not readable yet is no news about the append
    }
  }

  private decide(next: CommitEntry): void {
    if (next.commit.commandId !== this.target.commit.commandId) return this.lose();
    this.context.stats.appends += 1;
    this.resolve(next.position);
  }

  private lose(): void {
    const { runId, expectedRevision } = this.target;
    this.context.stats.conflicts += 1;
    this.reject(
      new ConcurrencyError(`run ${runId} has moved past revision ${expectedRevision}`, {
        runId,
        expectedRevision,
      }),
    );
  }

  private unknownOutcome(reason: string): string {
    return (
      `whether the commit to ${this.target.runId} is stored is not known (${reason}): ` +
      'repeat it with the same command id, it will not be stored twice'
    );
  }
}

function unavailable(message: string, cause?: unknown): UnavailableError {
  return new UnavailableError('nats', message, { cause, retryAfterSeconds: 1 });
}
