import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * States as `json`, which keeps the text it is given: `jsonb` refuses \u0000 and lone surrogates, which a run's
 * error may hold, and one such run would keep a whole shard from being stored.
 */
export class LiveRunsAsJson1767225600020 implements MigrationInterface {
  readonly name = 'LiveRunsAsJson1767225600020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE scheduler.live_run ALTER COLUMN state TYPE json');
  }

  /** Snapshots are derived: without them the log is read from its start. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE scheduler.live_run, scheduler.shard_position');
    await runner.query('ALTER TABLE scheduler.live_run ALTER COLUMN state TYPE jsonb');
  }
}
