import { ConcurrencyError, InvalidInputError, UnavailableError } from '@runnel/errors';
import { type Commit, decodeCommit, type OutputLine } from '@runnel/run-domain';

import { type CommitDecoder, commitHeaders, decodeEntryText } from './entry-codec';
import { fnv1a } from './fnv1a';
import {
  type AppendOptions,
  type CommitEntry,
  type LogCapabilities,
  type LogEntry,
  type OutputEntry,
  type Position,
  type RunHistory,
  RunLog,
  type TailOptions,
} from './run-log.port';
import { outputSubject, runSubject } from './subjects';

/** A stored message; texts, so that what cannot be JSON is noticed in tests too. */
interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly text: string;
  readonly traceparent: string | undefined;
}

interface Shard {
  messages: StoredMessage[];
  lastSeq: number;
}

export interface MemoryRunLogOptions {
  readonly shards?: number;
  readonly decode?: CommitDecoder;
}

const WINDOW = 512;

/** The log in memory, for tests of whoever uses it. It passes the same contract suite as the real one. */
export class MemoryRunLog extends RunLog {
  readonly shards: number;
  readonly capabilities: LogCapabilities = {
    serverVersion: 'memory',
    atomicBatches: true,
    messageTtl: true,
    replicas: 1,
    durability: 'interval',
  };
  private readonly stored: readonly Shard[];
  private readonly decode: CommitDecoder;
  private readonly waiting = new Set<() => void>();
  private closed = false;

  constructor(options: MemoryRunLogOptions = {}) {
    super();
    this.shards = options.shards ?? 4;
    this.decode = options.decode ?? decodeCommit;
    this.stored = Array.from({ length: this.shards }, () => ({ messages: [], lastSeq: 0 }));
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
    this.assertOpen();
    commitHeaders(options); // refuses what the real one refuses
    const shard = this.shardOf(runId);
    const subject = runSubject(shard, runId);
    const revision = this.shard(shard).messages.findLast((m) => m.subject === subject)?.seq ?? 0;
    if (revision !== expectedRevision) {
      throw new ConcurrencyError(`run ${runId} has moved past revision ${expectedRevision}`, {
        runId,
        expectedRevision,
      });
    }
    const seq = this.store(shard, subject, JSON.stringify(commit), options?.traceparent);
    return { shard, seq };
  }

  appendOutput(runId: string, project: string, lines: readonly OutputLine[]): void {
    this.assertOpen();
    if (lines.length === 0) return;
    const shard = this.shardOf(runId);
    this.store(shard, outputSubject(shard, runId), JSON.stringify({ project, lines }), undefined);
  }

  async history(runId: string, after = 0): Promise<RunHistory> {
    const shard = this.shardOf(runId);
    const subject = runSubject(shard, runId);
    const commits = this.shard(shard)
      .messages.filter((message) => message.subject === subject && message.seq > after)
      .map((message) => this.entry(shard, message))
      .filter((entry): entry is CommitEntry => entry.kind === 'commit');
    return { commits, revision: commits.at(-1)?.position.seq ?? after };
  }

  async output(runId: string): Promise<readonly OutputEntry[]> {
    const shard = this.shardOf(runId);
    const subject = outputSubject(shard, runId);
    return this.shard(shard)
      .messages.filter((message) => message.subject === subject)
      .map((message) => this.entry(shard, message))
      .filter((entry): entry is OutputEntry => entry.kind === 'output');
  }

  async *tail(shard: number, options: TailOptions): AsyncGenerator<readonly LogEntry[]> {
    const { signal, output } = options;
    let { after } = options;
    while (!signal.aborted && !this.closed) {
      const fresh = this.shard(shard)
        .messages.filter((m) => m.seq > after && (output || m.subject.startsWith('run.')))
        .slice(0, WINDOW);
      if (fresh.length === 0) await this.changed(signal);
      const entries: LogEntry[] = [];
      for (const message of fresh) {
        try {
          entries.push(this.entry(shard, message));
        } catch (error) {
          if (entries.length > 0) yield entries;
          throw error;
        }
        after = message.seq;
      }
      if (entries.length > 0) yield entries;
    }
  }

  async lastSequence(shard: number): Promise<number> {
    return this.shard(shard).lastSeq;
  }

  async seal(runId: string, upTo = Infinity): Promise<void> {
    const shard = this.shardOf(runId);
    const subjects = [runSubject(shard, runId), outputSubject(shard, runId)];
    const stream = this.shard(shard);
    stream.messages = stream.messages.filter(
      (message) => message.seq > upTo || !subjects.includes(message.subject),
    );
  }

  /** Forgets a run's output up to a sequence, as a server does when its time is over. */
  expireOutput(runId: string, upTo: number): void {
    const shard = this.shardOf(runId);
    const subject = outputSubject(shard, runId);
    const stream = this.shard(shard);
    stream.messages = stream.messages.filter((m) => m.subject !== subject || m.seq > upTo);
  }

  async subjectCount(): Promise<number> {
    return new Set(this.stored.flatMap(({ messages }) => messages.map(({ subject }) => subject)))
      .size;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.tell();
  }

  /** Stores a text as the run's next commit unseen: for tests of what a broken log does to its readers. */
  storeRaw(runId: string, text: string): void {
    const shard = this.shardOf(runId);
    this.store(shard, runSubject(shard, runId), text, undefined);
  }

  private store(shard: number, subject: string, text: string, traceparent?: string): number {
    const stream = this.shard(shard);
    stream.lastSeq += 1;
    stream.messages.push({ seq: stream.lastSeq, subject, text, traceparent });
    this.tell();
    return stream.lastSeq;
  }

  private entry(shard: number, { seq, subject, text, traceparent }: StoredMessage): LogEntry {
    return decodeEntryText({ text, traceparent, subject }, { shard, seq }, this.decode);
  }

  private shard(shard: number): Shard {
    const stream = this.stored[shard];
    if (stream) return stream;
    throw new InvalidInputError(
      'INVALID_SHARD',
      `there is no shard ${shard}, they are 0 to ${this.shards - 1}`,
    );
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        this.waiting.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.waiting.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  private tell(): void {
    for (const finish of [...this.waiting]) finish();
  }

  private assertOpen(): void {
    if (this.closed) {
      throw new UnavailableError('nats', 'the log is closed: this process is stopping');
    }
  }
}
