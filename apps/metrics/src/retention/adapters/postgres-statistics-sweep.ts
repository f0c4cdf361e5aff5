import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';

import { StatisticsSweep } from '../application/statistics-sweep.port';

/** Rows that one statement removes: it holds their locks, for which the projector may have to wait. */
const ROWS = 5_000;
const TABLES = ['run_bucket', 'run_duration'];

/** Buckets of all versions of the run list: each is as old as the others. */
@Injectable()
export class PostgresStatisticsSweep extends StatisticsSweep {
  constructor(private readonly database: Database) {
    super();
  }

  async sweep(shard: number, before: number): Promise<number> {
    const versions = await this.database.rows<{ version: number }>(
      `SELECT version FROM metrics.projection_version WHERE name = 'run-list'`,
    );
    let count = 0;
    for (const { version } of versions) {
      for (const base of TABLES) {
        const table = `metrics.${base}_v${version}`;
        const rows = await this.database.rows<{ removed: string }>(
          `WITH removed AS (
             DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM ${table} WHERE shard = $1 AND start < $2 LIMIT ${ROWS}))
             RETURNING 1)
           SELECT count(*) AS removed FROM removed`,
          [shard, new Date(before)],
        );
        count += Number(rows[0]?.removed ?? 0);
      }
    }
    return count;
  }
}
