import { InvalidInputError, UnavailableError } from '@runnel/errors';
import type { Commit, OutputLine } from '@runnel/run-domain';
import type { NatsConnection } from 'nats';

import type { ConnectionWatch } from './connection-watch';
import { type CommitDecoder, commitHeaders } from './entry-codec';
import { fnv1a } from './fnv1a';
import type { HistoryReader } from './history-reader';
import type { JetStreamApi } from './jetstream-api';
import type { LogStats } from './log-stats';
import type { OutputBuffer } from './output-buffer';
import { PendingAppend } from './pending-append';
import type { ReplyInbox } from './reply-inbox';
import {
  type AppendOptions,
  type LogCapabilities,
  type LogEntry,
  type OutputEntry,
  type Position,
  type RunHistory,
  RunLog,
  type TailOptions,
} from './run-log.port';
import { tailShard } from './shard-tail';
import type { ShardWriter } from './shard-writer';
import { eventFilter, outputSubject, runSubject, streamName } from './subjects';

export interface LogLimits {
  /** Appends accepted and not yet settled; more are refused with UnavailableError. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  /** An append's whole wait, in ms. */
  readonly appendTimeoutMs: number;
  /** Entries read ahead by one tail. */
  readonly tailWindow: number;
  /** Silence after which a tail doubts its consumer is 2.5 times this, in ms. */
  readonly heartbeatMs: number;
}

export interface LogParts {
  readonly connection: NatsConnection;
  readonly api: JetStreamApi;
  readonly inbox: ReplyInbox;
  readonly watch: ConnectionWatch;
  readonly writers: readonly ShardWriter[];
  readonly output: OutputBuffer;
  readonly history: HistoryReader;
  readonly stats: LogStats;
  readonly delay: (ms: number) => Promise<void>;
  readonly decode: CommitDecoder;
  readonly limits: LogLimits;
}

/** Room for headers within the server's `max_payload`. */
const HEADER_ROOM = 2_048;
const EXPIRY_MS = 250;

/** The log on JetStream: one stream per shard. Made by `connectRunLog`. */
export class JetStreamRunLog extends RunLog {
  private waiting = 0;
  private waitingBytes = 0;
  private closing = false;
  private readonly expiry: NodeJS.Timeout;
  private readonly stopListening: () => void;

  constructor(
    readonly shards: number,
    readonly capabilities: LogCapabilities,
    private readonly parts: LogParts,
  ) {
    super();
    this.stopListening = parts.watch.listen((up) => this.connectionChanged(up));
    this.expiry = setInterval(() => this.expire(), EXPIRY_MS);
    this.expiry.unref();
  }

  shardOf(runId: string): number {
    return fnv1a(runId) % this.shards;
  }

  async append(
    runId: string,
    expectedRevision: number,
    commit: Commit,
    options?: AppendOptions,
  ): Promise<Position> {
    const shard = this.shardOf(runId);
    const subject = runSubject(shard, runId);
    const payload = this.encode(runId, commit);
    const headers = `Nats-Expected-Last-Subject-Sequence: ${expectedRevision}\r\n${commitHeaders(options)}`;
    this.parts.output.flush(runId);
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + this.parts.limits.appendTimeoutMs;
      const target = { runId, shard, subject, expectedRevision, commit, deadline };
      const writer = this.writer(shard);
      this.waiting += 1;
      this.waitingBytes += payload.length;
      const release = (): void => {
        this.waiting -= 1;
        this.waitingBytes -= payload.length;
      };
      writer.enqueue(
        new PendingAppend(
          this.parts,
          writer,
          target,
          payload,
          headers,
          (position) => {
            release();
            resolve(position);
          },
          (error) => {
            release();
            reject(error);
          },
        ),
      );
    });
  }

  appendOutput(runId: string, project: string, lines: readonly OutputLine[]): void {
    if (this.closing) throw closedError();
    this.parts.output.add(runId, project, lines);
  }

  history(runId: string, after = 0): Promise<RunHistory> {
    return this.parts.history.history(runId, after);
  }

  output(runId: string): Promise<readonly OutputEntry[]> {
    return this.parts.history.output(runId);
  }

  tail(shard: number, options: TailOptions): AsyncIterable<readonly LogEntry[]> {
    const { connection, api, watch, decode, limits } = this.parts;
    return tailShard({
      connection,
      api,
      watch,
      decode,
      shard,
      stream: this.streamOf(shard),
      filter: options.output ? undefined : eventFilter(shard),
      after: options.after,
      signal: options.signal,
      window: limits.tailWindow,
      heartbeatMs: limits.heartbeatMs,
    });
  }

  async lastSequence(shard: number): Promise<number> {
    return (await this.parts.api.streamInfo(this.streamOf(shard))).state.last_seq;
  }

  async seal(runId: string, upTo?: number): Promise<void> {
    const shard = this.shardOf(runId);
    await this.parts.api.purge(streamName(shard), runSubject(shard, runId), upTo);
    await this.parts.api.purge(streamName(shard), outputSubject(shard, runId), upTo);
  }

  async subjectCount(): Promise<number> {
    let count = 0;
    for (let shard = 0; shard < this.shards; shard += 1) {
      count += (await this.parts.api.streamInfo(streamName(shard))).state.num_subjects ?? 0;
    }
    return count;
  }

  /** Counters since the start of this process. */
  stats(): LogStats {
    return { ...this.parts.stats, waiting: this.waiting };
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    await this.parts.output.drain();
    const { appendTimeoutMs } = this.parts.limits;
    const deadline = Date.now() + appendTimeoutMs;
    while (this.waiting > 0 && Date.now() < deadline) {
      await this.parts.delay(2);
    }
    clearInterval(this.expiry);
    this.stopListening();
    this.parts.inbox.close();
  }

  private encode(runId: string, commit: Commit): Buffer {
    const { maxWaiting, maxWaitingBytes } = this.parts.limits;
    if (this.closing) throw closedError();
    if (this.waiting >= maxWaiting || this.waitingBytes >= maxWaitingBytes) {
      throw new UnavailableError(
        'nats',
        `${this.waiting} appends wait for the log already: try again later`,
        {
          retryAfterSeconds: 1,
        },
      );
    }
    const payload = Buffer.from(JSON.stringify(commit), 'utf8');
    const limit = (this.parts.connection.info?.max_payload ?? 1_048_576) - HEADER_ROOM;
    if (payload.length > limit) {
      throw new InvalidInputError(
        'COMMIT_TOO_LARGE',
        `a commit of ${payload.length} bytes to run ${runId} is over the log's ${limit}: store large payloads as claim checks`,
        { bytes: payload.length, limit },
      );
    }
    return payload;
  }

  private writer(shard: number): ShardWriter {
    const writer = this.parts.writers[shard];
    if (!writer) throw noSuchShard(shard, this.shards);
    return writer;
  }

  private streamOf(shard: number): string {
    this.writer(shard);
    return streamName(shard);
  }

  private connectionChanged(up: boolean): void {
    if (!up) return;
    for (const writer of this.parts.writers) writer.schedule();
  }

  private expire(): void {
    const now = Date.now();
    for (const writer of this.parts.writers) if (writer.queued > 0) writer.expire(now);
  }
}

function closedError(): UnavailableError {
  return new UnavailableError('nats', 'the log is closed: this process is stopping');
}

function noSuchShard(shard: number, shards: number): InvalidInputError {
  return new InvalidInputError(
    'INVALID_SHARD',
    `there is no shard ${shard}, they are 0 to ${shards - 1}`,
  );
}
