import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RunStatus, StoredEvent } from '@runnel/run-domain';

import { ReadModelLag } from '../../projecting/read-model-lag';
import {
  type AuditedRows,
  AuditedRowsReader,
  type AuditedRun,
} from '../application/audited-rows.port';

interface RunRecord {
  readonly status: RunStatus;
  readonly attempt: number;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly payload: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly events: number;
  readonly seq: string;
}

interface CommitRecord {
  readonly seq: string;
  readonly command_id: string;
  readonly events: string;
}

/** Reads what is audited from the versions that serve. */
@Injectable()
export class PostgresAuditedRows extends AuditedRowsReader {
  constructor(
    private readonly database: Database,
    private readonly lag: ReadModelLag,
  ) {
    super();
  }

  async read(runId: string, shard: number): Promise<AuditedRows> {
    const list = await this.lag.of('run-list');
    const events = await this.lag.of('run-events');
    const [runs, commits] = await Promise.all([
      this.database.rows<RunRecord>(
        `SELECT status, attempt, requested_at, started_at, finished_at, payload, output, error, events, seq
         FROM metrics.run WHERE id = $1`,
        [runId],
      ),
      this.database.rows<CommitRecord>(
        'SELECT seq, command_id, events FROM metrics.run_event WHERE run_id = $1 ORDER BY seq',
        [runId],
      ),
    ]);
    return {
      run: runs[0] && toAuditedRun(runs[0]),
      runReached: list.positions[shard] ?? 0,
      commits: commits.map((commit) => ({
        seq: Number(commit.seq),
        commandId: commit.command_id,
        events: (JSON.parse(commit.events) as StoredEvent[]).map(({ id }) => id),
      })),
      commitsReached: events.positions[shard] ?? 0,
    };
  }

  async positions(): Promise<readonly number[]> {
    const list = await this.lag.of('run-list');
    const events = await this.lag.of('run-events');
    return list.positions.map((seq, shard) => Math.min(seq, events.positions[shard] ?? 0));
  }

  async wrongCounters(): Promise<readonly string[]> {
    const rows = await this.database.rows<{
      shard: number;
      status: string;
      rows: string;
      counted: string;
    }>(
      `WITH found AS (
         SELECT project, shard, triggered_by, status, count(*) AS n FROM metrics.run GROUP BY 1, 2, 3, 4
       ), counted AS (
         SELECT project, shard, triggered_by, status, runs AS n FROM metrics.run_count
         WHERE scope = '' AND runs <> 0
       )
       SELECT shard, status, coalesce(found.n, 0) AS rows, coalesce(counted.n, 0) AS counted
       FROM found FULL JOIN counted USING (project, shard, triggered_by, status)
       WHERE found.n IS DISTINCT FROM counted.n
       LIMIT 100`,
    );
    return rows.map(
      ({ shard, status, rows: found, counted }) =>
        `${counted} runs of shard ${shard} are counted as ${status}, ${found} are there`,
    );
  }
}

function toAuditedRun(record: RunRecord): AuditedRun {
  return {
    status: record.status,
    attempt: record.attempt,
    requestedAt: record.requested_at.toISOString(),
    startedAt: record.started_at?.toISOString() ?? null,
    finishedAt: record.finished_at?.toISOString() ?? null,
    payload: record.payload,
    output: record.output,
    error: record.error,
    events: record.events,
    seq: Number(record.seq),
  };
}
