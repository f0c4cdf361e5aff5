import { UnavailableError } from '@runnel/errors';
import type { Msg } from 'nats';

import { type CommitDecoder, decodeEntry } from './entry-codec';
import { headerOf, statusOf, textOf } from './raw-headers';
import type { ReplyInbox } from './reply-inbox';
import type { CommitEntry, RunHistory } from './run-log.port';
import { runSubject, streamName } from './subjects';

/** Reads single runs by direct gets: no consumer is made for a run (notes/jetstream.md, 5.2 row 6). */
export class HistoryReader {
  constructor(
    private readonly inbox: ReplyInbox,
    private readonly shardOf: (runId: string) => number,
    private readonly decode: CommitDecoder,
  ) {}

  /** The run's commits after revision `after`. Throws UnavailableError. */
  async history(runId: string, after: number): Promise<RunHistory> {
    const commits: CommitEntry[] = [];
    let revision = after;
    for (;;) {
      const entry = await this.firstAfter(runId, revision);
      if (!entry) return { commits, revision };
      commits.push(entry);
      revision = entry.position.seq;
    }
  }

  /** The run's first commit after revision `after`, if there is one. Throws UnavailableError. */
  async firstAfter(runId: string, after: number): Promise<CommitEntry | undefined> {
    const shard = this.shardOf(runId);
    const subject = runSubject(shard, runId);
    const message = await this.get(shard, { seq: after + 1, next_by_subj: subject });
    if (!message) return undefined;
    const seq = Number(headerOf(message, 'Nats-Sequence'));
    const entry = decodeEntry(message, subject, { shard, seq }, this.decode);
    return entry.kind === 'commit' ? entry : undefined;
  }

  private async get(shard: number, query: object): Promise<Msg | undefined> {
    let message: Msg;
    try {
      message = await this.inbox.request(
        `$JS.API.DIRECT.GET.${streamName(shard)}`,
        Buffer.from(JSON.stringify(query)),
      );
    } catch (cause) {
      throw new UnavailableError('nats', 'the log did not answer a read', { cause });
    }
    const code = statusOf(message);
    if (code === 404) return undefined;
    if (code >= 300) {
      throw new UnavailableError('nats', `the log refused a read: ${code} ${textOf(message)}`);
    }
    return message;
  }
}
