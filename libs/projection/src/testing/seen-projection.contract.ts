import { bigintArray, textArray } from '@runnel/database';
import type { LogEntry } from '@runnel/run-log';

import type { Projection, ProjectionBatch, TableNames } from '../projection';

/**
 * Remembers every entry it was given, and counts them: an entry that came twice breaks a primary key, one that
 * got lost leaves a gap, and a count that is added twice is not the number of rows.
 */
export class SeenProjection implements Projection {
  readonly tables = ['seen', 'seen_count'];
  /** Called before a batch is written; may throw, or wait. */
  before: (entries: readonly LogEntry[]) => Promise<void> | void = () => undefined;
  readonly batches: number[] = [];

  constructor(
    readonly name = 'seen',
    readonly shape = 1,
  ) {}

  createTables(table: TableNames): readonly string[] {
    return [
      `CREATE TABLE ${table('seen')}
        (shard integer, seq bigint, run_id text NOT NULL, PRIMARY KEY (shard, seq))`,
      `CREATE TABLE ${table('seen_count')} (shard integer PRIMARY KEY, n bigint NOT NULL)`,
    ];
  }

  async apply(
    entries: readonly LogEntry[],
    { shard, table, write }: ProjectionBatch,
  ): Promise<void> {
    await this.before(entries);
    this.batches.push(entries.length);
    write(
      `INSERT INTO ${table('seen')} (shard, seq, run_id)
       SELECT $1::int, u.* FROM unnest($2::bigint[], $3::text[]) AS u`,
      [
        shard,
        bigintArray(entries.map(({ position }) => position.seq)),
        textArray(entries.map(({ runId }) => runId)),
      ],
    );
    write(
      `INSERT INTO ${table('seen_count')} AS c (shard, n) VALUES ($1::int, $2::bigint)
       ON CONFLICT (shard) DO UPDATE SET n = c.n + excluded.n`,
      [shard, entries.length],
    );
  }
}
