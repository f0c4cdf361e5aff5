import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Failures in a row of each deployment that has ever failed. Derived from the log, like the snapshots it moves with. */
export class BreakerCounts1764000000020 implements MigrationInterface {
  readonly name = 'BreakerCounts1764000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheduler.breaker_count (
        deployment_id text PRIMARY KEY,
        project text NOT NULL,
        -- as the log writes times, so that texts sort as they do
        last_success_at text COLLATE "C",
        failures jsonb NOT NULL DEFAULT '[]',
        failing integer NOT NULL DEFAULT 0
      )`);
    await runner.query(
      'CREATE INDEX breaker_count_failing ON scheduler.breaker_count (failing) WHERE failing > 0',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scheduler.breaker_count');
  }
}
