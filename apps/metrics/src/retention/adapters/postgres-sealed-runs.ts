import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '@runnel/database';
import { lockCatalog } from '@runnel/projection';
import { TERMINAL_STATUSES } from '@runnel/run-domain';

import { METRICS_SCHEMA } from '../../schema';
import { type LeavingRun, type SealingBounds, SealedRuns } from '../application/sealed-runs.port';

interface LeavingRow {
  readonly run_id: string;
  readonly seq: string;
}

const REACHED = `
  SELECT coalesce(min(coalesce(p.seq, 0)), 0) AS reached
  FROM metrics.projection_version v
  LEFT JOIN metrics.projection_position p
    ON p.name = v.name AND p.version = v.version AND p.shard = $1`;

/** The record of sealed runs, beside the read models. */
@Injectable()
export class PostgresSealedRuns extends SealedRuns {
  constructor(private readonly database: Database) {
    super();
  }

  async reached(shard: number): Promise<number> {
    const [row] = await this.database.rows<{ reached: string }>(REACHED, [shard]);
    return Number(row?.reached ?? 0);
  }

  async mark(
    runIds: readonly string[],
    { shard, endedBefore, upTo }: SealingBounds,
  ): Promise<readonly LeavingRun[]> {
    return this.database.transaction(async (statement) => {
      await lockCatalog(statement, METRICS_SCHEMA.schema);
      if ((await reachedBy(statement, shard)) < upTo) return [];
      const rows = await statement<LeavingRow>(
        `INSERT INTO metrics.sealed_run (run_id, shard, seq)
         SELECT r.id, r.shard, r.seq FROM metrics.run r
         WHERE r.id = ANY($1::text[]) AND r.shard = $2 AND r.status = ANY($3::text[])
           AND r.finished_at < $4 AND r.seq <= $5
         ON CONFLICT (run_id) DO NOTHING
         RETURNING run_id, seq`,
        [runIds, shard, TERMINAL_STATUSES, new Date(endedBefore), upTo],
      );
      return rows.map(toLeaving);
    });
  }

  async leaving(shard: number): Promise<readonly LeavingRun[]> {
    const rows = await this.database.rows<LeavingRow>(
      'SELECT run_id, seq FROM metrics.sealed_run WHERE shard = $1 AND purged_at IS NULL ORDER BY n',
      [shard],
    );
    return rows.map(toLeaving);
  }

  async left(runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await this.database.rows(
      'UPDATE metrics.sealed_run SET purged_at = now() WHERE run_id = ANY($1::text[])',
      [runIds],
    );
  }

  async keep(runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await this.database.rows(
      'DELETE FROM metrics.sealed_run WHERE run_id = ANY($1::text[]) AND purged_at IS NULL',
      [runIds],
    );
  }
}

async function reachedBy(statement: Statement, shard: number): Promise<number> {
  const [row] = await statement<{ reached: string }>(REACHED, [shard]);
  return Number(row?.reached ?? 0);
}

function toLeaving(row: LeavingRow): LeavingRun {
  return { runId: row.run_id, seq: Number(row.seq) };
}
