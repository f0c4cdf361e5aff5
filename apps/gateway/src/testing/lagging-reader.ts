import { DomainError } from '@runnel/errors';
import type { LogEntry, RunLog } from '@runnel/run-log';

import type { RunPast } from '../live/feed/run-reader';
import { readShard } from './read-shard';

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
    for (const entry of await readShard(this.log, this.shard)) {
      if (entry.runId === runId && entry.position.seq <= until) entries.push(entry);
    }
    if (entries.length > 0) return { entries, until };
    const first = (await this.log.history(runId)).commits[0];
    if (first?.commit.project !== project) throw new DomainError('RUN_NOT_FOUND', 'run not found');
    return { entries: [], until: first.position.seq - 1 };
  }
}
