import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a deployment says of its runs, and since when its circuit breaker counts. */
export class RunSettings1767225600020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE deployments.deployment
        ADD COLUMN retry_policy jsonb,
        ADD COLUMN timeout_ms integer CHECK (timeout_ms BETWEEN 100 AND 900000),
        -- failures of runs asked for before this are forgotten
        ADD COLUMN breaker_since timestamptz(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE deployments.deployment
        DROP COLUMN retry_policy, DROP COLUMN timeout_ms, DROP COLUMN breaker_since;
    `);
  }
}
