import { DomainError } from '@runnel/errors';
import type { LogEntry, RunLog } from '@runnel/run-log';

import type { RunPast } from '../live/feed/run-reader';

/** A read model of one shard that has come as far as one says. */
export class LaggingReader {
  position = 0;

  constructor(
    private readonly log: RunLog,
    private readonly shard = 0,
  ) {}

  /** Comes up to the end of the log. */
  async catchUp(): Promise<void> {
    this.position = await this.log.lastSequence(this.shard);
  }

  async past(project: string, runId: string): Promise<RunPast> {
    const until = this.position;
    const entries: LogEntry[] = [];
    for (const entry of await this.all()) {
      if (entry.runId === runId && entry.position.seq <= until) entries.push(entry);
    }
    if (entries.length > 0) return { entries, until };
    const first = (await this.log.history(runId)).commits[0];
    if (first?.commit.project !== project) throw new DomainError('RUN_NOT_FOUND', 'run not found');
    return { entries: [], until: first.position.seq - 1 };
  }

  private async all(): Promise<readonly LogEntry[]> {
    const last = await this.log.lastSequence(this.shard);
    const abort = new AbortController();
    const found: LogEntry[] = [];
    if (last === 0) return found;
    const options = { after: 0, output: true, signal: abort.signal };
    for await (const entries of this.log.tail(this.shard, options)) {
      found.push(...entries);
      if ((entries.at(-1)?.position.seq ?? 0) >= last) break;
    }
    abort.abort();
    return found;
  }
}
