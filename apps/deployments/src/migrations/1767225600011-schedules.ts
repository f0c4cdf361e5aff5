import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From when the schedules of a deployment count, and those that were changed since its deploy. */
export class Schedules1767225600011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE deployments.deployment
        ADD COLUMN schedules_from timestamptz(3) NOT NULL DEFAULT now(),
        ADD COLUMN schedule_overrides jsonb NOT NULL DEFAULT '[]';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE deployments.deployment DROP COLUMN schedules_from, DROP COLUMN schedule_overrides;
    `);
  }
}
