import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Snapshots of live runs, and how far into each shard they go. Derived from the log: safe to empty. */
export class LiveRuns1764000000000 implements MigrationInterface {
  readonly name = 'LiveRuns1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheduler.shard_position (
        shard integer PRIMARY KEY,
        seq bigint NOT NULL CHECK (seq >= 0)
      )`);
    await runner.query(`
      CREATE TABLE scheduler.live_run (
        run_id text PRIMARY KEY,
        shard integer NOT NULL,
        project text NOT NULL,
        revision bigint NOT NULL,
        state jsonb NOT NULL
      )`);
    await runner.query('CREATE INDEX live_run_shard ON scheduler.live_run (shard)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scheduler.live_run, scheduler.shard_position');
  }
}
