import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import { decodeCommit, type RunStatus } from '@runnel/run-domain';

import { ReadModelLag } from '../../projecting/read-model-lag';
import {
  type AuditedCommit,
  type AuditedLine,
  AuditedRowsReader,
  type AuditedRun,
  type AuditedSet,
} from '../application/audited-rows.port';
import { wrongCountersOf } from './wrong-counters';

interface RunRecord {
  readonly id: string;
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
  readonly run_id: string;
  readonly seq: string;
  readonly project: string;
  readonly at: Date;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly command_id: string;
  readonly events: string;
}

interface LineRecord {
  readonly run_id: string;
  readonly n: number;
  readonly seq: string;
  readonly line: string;
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

  async read(runIds: readonly string[]): Promise<AuditedSet> {
    const list = await this.lag.of('run-list');
    const events = await this.lag.of('run-events');
    const output = await this.lag.of('run-output');
    const runs = await this.runs(runIds);
    const commits = await this.commits(runIds);
    const lines = await this.lines(runIds);
    return {
      of: (runId, shard) => ({
        run: runs.get(runId),
        runReached: list.positions[shard] ?? 0,
        commits: commits.get(runId) ?? [],
        commitsReached: events.positions[shard] ?? 0,
        lines: lines.get(runId) ?? [],
        linesReached: output.positions[shard] ?? 0,
      }),
    };
  }

  private async runs(runIds: readonly string[]): Promise<ReadonlyMap<string, AuditedRun>> {
    const rows = await this.database.rows<RunRecord>(
      `SELECT id, status, attempt, requested_at, started_at, finished_at, payload, output, error, events, seq
       FROM metrics.run WHERE id = ANY($1::text[])`,
      [runIds],
    );
    return new Map(rows.map((row) => [row.id, toAuditedRun(row)]));
  }

  private async commits(runIds: readonly string[]): Promise<ReadonlyMap<string, AuditedCommit[]>> {
    const rows = await this.database.rows<CommitRecord>(
      `SELECT run_id, seq, project, at, actor_kind, actor_id, command_id, events
       FROM metrics.run_event WHERE run_id = ANY($1::text[]) ORDER BY run_id, seq`,
      [runIds],
    );
    const commits = new Map<string, AuditedCommit[]>(runIds.map((runId) => [runId, []]));
    for (const row of rows) commits.get(row.run_id)?.push(toAuditedCommit(row));
    return commits;
  }

  private async lines(runIds: readonly string[]): Promise<ReadonlyMap<string, AuditedLine[]>> {
    const rows = await this.database.rows<LineRecord>(
      `SELECT run_id, n, seq, line FROM metrics.run_output
       WHERE run_id = ANY($1::text[]) ORDER BY run_id, n`,
      [runIds],
    );
    const lines = new Map<string, AuditedLine[]>(runIds.map((runId) => [runId, []]));
    for (const { run_id: runId, n, seq, line } of rows)
      lines.get(runId)?.push({ n, seq: Number(seq), line });
    return lines;
  }

  async positions(): Promise<readonly number[]> {
    const list = await this.lag.of('run-list');
    const others = [await this.lag.of('run-events'), await this.lag.of('run-output')];
    return list.positions.map((seq, shard) =>
      Math.min(seq, ...others.map(({ positions }) => positions[shard] ?? 0)),
    );
  }

  wrongCountersOf(runIds: readonly string[]): Promise<readonly string[]> {
    return wrongCountersOf(this.database, runIds);
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

function toAuditedCommit(row: CommitRecord): AuditedCommit {
  return {
    seq: Number(row.seq),
    commit: decodeCommit({
      commandId: row.command_id,
      project: row.project,
      actor: { kind: row.actor_kind, id: row.actor_id },
      at: row.at.toISOString(),
      events: JSON.parse(row.events) as unknown,
    }),
  };
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
