import { ConcurrencyError, UnavailableError, isAppError } from '@runnel/errors';
import type { ExistingRun } from '@runnel/run-domain';
import type { DataSource, EntityManager } from 'typeorm';

import {
  type RunSnapshot,
  type ShardSnapshot,
  type SnapshotChange,
  Snapshots,
} from '../application/snapshots.port';
import { addOutcomes } from './postgres-breaker-counts';

interface RunRow {
  readonly run_id: string;
  readonly project: string;
  readonly revision: string;
  readonly state: ExistingRun;
}

/** Snapshots of live runs in the scheduler's schema; rows and position change in one transaction. */
export class PostgresSnapshots extends Snapshots {
  constructor(private readonly database: DataSource) {
    super();
  }

  async load(shard: number): Promise<ShardSnapshot> {
    return this.attempt(async (tx) => {
      await tx.query(
        'INSERT INTO shard_position (shard, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING',
        [shard],
      );
      const positions = await tx.query<{ seq: string }[]>(
        'SELECT seq FROM shard_position WHERE shard = $1',
        [shard],
      );
      const rows = await tx.query<RunRow[]>(
        'SELECT run_id, project, revision, state FROM live_run WHERE shard = $1',
        [shard],
      );
      return { seq: Number(positions[0]?.seq ?? 0), runs: rows.map(toSnapshot) };
    });
  }

  async save({ shard, from, to, upserts, deletes, outcomes }: SnapshotChange): Promise<void> {
    await this.attempt(async (tx) => {
      const moved = await tx.query<[unknown[], number]>(
        'UPDATE shard_position SET seq = $3 WHERE shard = $1 AND seq = $2',
        [shard, from, to],
      );
      if (moved[1] !== 1)
        throw new ConcurrencyError('another scheduler has moved the snapshot', { shard, from });
      if (upserts.length > 0) await upsert(tx, shard, upserts);
      if (deletes.length > 0)
        await tx.query('DELETE FROM live_run WHERE run_id = ANY($1)', [deletes]);
      await addOutcomes(tx, outcomes);
    });
  }

  private async attempt<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (isAppError(error)) throw error;
      throw new UnavailableError('postgres', 'cannot reach the scheduler schema', { cause: error });
    }
  }
}

async function upsert(
  tx: EntityManager,
  shard: number,
  runs: readonly RunSnapshot[],
): Promise<void> {
  await tx.query(
    `INSERT INTO live_run (run_id, shard, project, revision, state)
     SELECT run_id, $1, project, revision, state
       FROM unnest($2::text[], $3::text[], $4::bigint[], $5::json[]) AS t (run_id, project, revision, state)
     ON CONFLICT (run_id) DO UPDATE SET revision = excluded.revision, state = excluded.state`,
    [
      shard,
      runs.map((run) => run.runId),
      runs.map((run) => run.project),
      runs.map((run) => run.revision),
      runs.map((run) => JSON.stringify(run.state)),
    ],
  );
}

function toSnapshot(row: RunRow): RunSnapshot {
  return {
    runId: row.run_id,
    project: row.project,
    revision: Number(row.revision),
    state: row.state,
  };
}
