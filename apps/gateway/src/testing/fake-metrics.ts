import { DomainError } from '@runnel/errors';
import type { ProjectionLag } from '@runnel/messaging';
import { formatPosition, type LogEntry, type RunLog } from '@runnel/run-log';

import type { FakeServices } from './fake-services';
import { readShard } from './read-shard';

/** Stands in for the read model of single runs: as far as it is told to have come, it says what the log says. */
export class FakeMetrics {
  private positions: readonly number[] = [];

  constructor(
    services: FakeServices,
    private readonly log: RunLog,
  ) {
    services.answer('svc.metrics.list-run-events', async ({ project, runId, after, limit }) => {
      const commits = (await this.of(project, runId)).filter(({ kind }) => kind === 'commit');
      const items = commits.flatMap((entry) => {
        if (entry.kind !== 'commit' || entry.position.seq <= after) return [];
        const { commandId, actor, at, events } = entry.commit;
        return [{ position: formatPosition(entry.position), commandId, actor, at, events }];
      });
      return { items: items.slice(0, limit), lag: this.lag() };
    });
    services.answer('svc.metrics.list-run-output', async ({ project, runId, after, limit }) => {
      const items = (await this.of(project, runId)).flatMap((entry) => {
        if (entry.kind !== 'output' || entry.position.seq <= after) return [];
        return [{ position: formatPosition(entry.position), lines: entry.lines }];
      });
      return { items: items.slice(0, limit), lag: this.lag() };
    });
    services.answer('svc.metrics.get-run', () => ({ run: null, lag: this.lag() }));
  }

  /** Comes up to the end of the log. */
  async catchUp(): Promise<void> {
    const shards = Array.from({ length: this.log.shards }, (_, shard) => shard);
    this.positions = await Promise.all(shards.map((shard) => this.log.lastSequence(shard)));
  }

  /** Knows nothing any more. */
  forget(): void {
    this.positions = [];
  }

  private lag(): ProjectionLag {
    const shards = Array.from({ length: this.log.shards }, (_, shard) => shard);
    return { positions: shards.map((shard) => this.positions[shard] ?? 0), lagSeconds: 0 };
  }

  private async of(project: string, runId: string): Promise<readonly LogEntry[]> {
    const shard = this.log.shardOf(runId);
    const until = this.positions[shard] ?? 0;
    const entries = (await readShard(this.log, shard)).filter(
      (entry) => entry.runId === runId && entry.position.seq <= until,
    );
    const [first] = entries;
    if (first?.kind === 'commit' && first.commit.project === project) return entries;
    throw new DomainError('NOT_FOUND', 'run not found');
  }
}
