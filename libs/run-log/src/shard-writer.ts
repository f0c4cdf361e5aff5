import type { Msg } from 'nats';

import type { LogStats } from './log-stats';
import { type PublishOutcome, readPublishAck } from './publish-outcome';
import type { LostReply, ReplyInbox, ReplyListener } from './reply-inbox';

/** One message on its way into a shard's stream. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Ready-made header lines, the expectation included. */
  readonly headers: string;
  /** Two messages of one subject that both carry an expectation may not share a batch. */
  readonly expects: boolean;
  /** Epoch milliseconds after which it is no longer to be sent. */
  readonly deadline: number;
  /** Called once per sending, with what became of it. */
  settle(outcome: PublishOutcome): void;
}

export interface ShardWriterOptions {
  readonly inbox: ReplyInbox;
  readonly stats: LogStats;
  /** Prefix of batch ids, unique to this process and shard. */
  readonly batchPrefix: string;
  /** Messages from which on a batch is cheaper than singles; Infinity where the server has no batches. */
  readonly batchFrom: number;
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  /** Singles in flight at once. */
  readonly maxSingles: number;
  readonly isUp: () => boolean;
}

/** A single waits for the stream anyway: below this many in flight the next group is sent. */
const LOW_WATER = 2;

/** Names and values of an atomic batch's headers (ADR-50 of nats-architecture-and-design). */
const batchLines = (id: string, sequence: number, last: boolean): string =>
  `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${sequence}\r\n${last ? 'Nats-Batch-Commit: 1\r\n' : ''}`;

/**
 * Sends a shard's messages in the order given. Idle: each at once, alone. When they queue up while others
 * are in flight: as one atomic batch, which the server writes and syncs as one. A refused batch stored
 * nothing; its messages are sent again one by one, so that only the guilty one is refused.
 */
export class ShardWriter {
  private queue: OutgoingMessage[] = [];
  private singlesInFlight = 0;
  private batchInFlight = false;
  private scheduled = false;
  private batches = 0;

  constructor(private readonly options: ShardWriterOptions) {}

  /** Messages not yet sent. */
  get queued(): number {
    return this.queue.length;
  }

  /** Nothing queued and nothing in flight. */
  get idle(): boolean {
    return this.queue.length === 0 && this.singlesInFlight === 0 && !this.batchInFlight;
  }

  enqueue(message: OutgoingMessage): void {
    this.queue.push(message);
    this.schedule();
  }

  /** Sends what waits; called when the connection is back. */
  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // After the sockets of this turn of the loop are read: what arrives together goes together.
    setImmediate(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  /** Settles as `unsent` what has waited past its deadline. */
  expire(now: number): void {
    if (!this.queue.some((message) => message.deadline <= now)) return;
    const expired = this.queue.filter((message) => message.deadline <= now);
    this.queue = this.queue.filter((message) => message.deadline > now);
    for (const message of expired) {
      message.settle({ kind: 'unsent', reason: 'the log could not be reached in time' });
    }
  }

  private pump(): void {
    const { batchFrom, maxSingles, isUp } = this.options;
    if (this.batchInFlight || !isUp()) return;
    if (this.queue.length + this.singlesInFlight >= batchFrom) {
      if (this.singlesInFlight > LOW_WATER) return; // let more gather behind them
      const group = this.takeBatch();
      if (group.length >= batchFrom) return this.sendBatch(group);
      this.queue = group.concat(this.queue); // too few, or a crowd on one run: singles
    }
    const free = maxSingles - this.singlesInFlight;
    if (free <= 0 || this.queue.length === 0) return;
    for (const message of this.queue.splice(0, free)) this.sendSingle(message);
  }

  private takeBatch(): OutgoingMessage[] {
    const { maxBatch, maxBatchBytes } = this.options;
    const taken: OutgoingMessage[] = [];
    const left: OutgoingMessage[] = [];
    const subjects = new Set<string>();
    let bytes = 0;
    let index = 0;
    for (; index < this.queue.length && taken.length < maxBatch; index += 1) {
      const message = this.queue[index] as OutgoingMessage;
      if (message.expects && subjects.has(message.subject)) {
        left.push(message);
        continue;
      }
      bytes += message.payload.length + message.headers.length;
      if (bytes > maxBatchBytes && taken.length > 0) break;
      if (message.expects) subjects.add(message.subject);
      taken.push(message);
    }
    this.queue = left.concat(this.queue.slice(index));
    return taken;
  }

  private sendSingle(message: OutgoingMessage): void {
    const { inbox, stats } = this.options;
    this.singlesInFlight += 1;
    stats.singles += 1;
    const done = (outcome: PublishOutcome): void => {
      this.singlesInFlight -= 1;
      message.settle(outcome);
      if (this.queue.length > 0) this.schedule();
    };
    inbox.publish(message.subject, message.payload, message.headers, new AckListener(done));
  }

  private sendBatch(messages: readonly OutgoingMessage[]): void {
    const { inbox, batchPrefix } = this.options;
    const id = `${batchPrefix}${(this.batches++).toString(36)}`;
    const last = messages.length - 1;
    this.batchInFlight = true;
    messages.forEach((message, index) => {
      const headers = message.headers + batchLines(id, index + 1, index === last);
      if (index < last) inbox.send(message.subject, message.payload, headers);
      else {
        const done = (outcome: PublishOutcome): void => this.batchDone(messages, outcome);
        inbox.publish(message.subject, message.payload, headers, new AckListener(done));
      }
    });
  }

  private batchDone(messages: readonly OutgoingMessage[], outcome: PublishOutcome): void {
    const { stats } = this.options;
    this.batchInFlight = false;
    if (outcome.kind === 'stored') {
      stats.batches += 1;
      stats.batchedMessages += messages.length;
      stats.largestBatch = Math.max(stats.largestBatch, messages.length);
      const first = outcome.seq - messages.length + 1; // a batch is stored without anything in between
      messages.forEach((message, index) => message.settle({ kind: 'stored', seq: first + index }));
    } else if (outcome.kind === 'unknown') {
      for (const message of messages) message.settle(outcome);
    } else {
      stats.brokenBatches += 1;
      for (const message of messages) this.sendSingle(message);
    }
    this.schedule();
  }
}

/** Turns the first reply, or its loss, into an outcome. */
class AckListener implements ReplyListener {
  constructor(private readonly done: (outcome: PublishOutcome) => void) {}

  onReply(message: Msg): boolean {
    this.done(readPublishAck(message));
    return true;
  }

  onLost(reason: LostReply): void {
    this.done({ kind: 'unknown', reason: `no acknowledgement: ${reason}` });
  }
}
