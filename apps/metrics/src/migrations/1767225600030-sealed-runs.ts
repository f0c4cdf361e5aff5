import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that have left the log, in the order in which they did, and how far new read models have folded them. */
export class SealedRuns1767225600030 implements MigrationInterface {
  readonly name = 'SealedRuns1767225600030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE metrics.sealed_run (
        n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id text COLLATE "C" NOT NULL UNIQUE,
        shard integer NOT NULL,
        -- the run's last commit
        seq bigint NOT NULL,
        -- null: on its way out of the log
        purged_at timestamptz
      )`);
    await runner.query('CREATE INDEX sealed_run_shard ON metrics.sealed_run (shard, n)');
    await runner.query(
      'CREATE INDEX sealed_run_leaving ON metrics.sealed_run (shard) WHERE purged_at IS NULL',
    );
    await runner.query(`
      ALTER TABLE metrics.projection_position
      ADD COLUMN IF NOT EXISTS archived bigint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE metrics.sealed_run');
    await runner.query('ALTER TABLE metrics.projection_position DROP COLUMN archived');
  }
}
