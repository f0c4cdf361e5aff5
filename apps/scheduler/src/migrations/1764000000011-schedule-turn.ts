import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which copy of the scheduler fires schedules, until when, and how far it has come (ms since the epoch). */
export class ScheduleTurn1764000000011 implements MigrationInterface {
  readonly name = 'ScheduleTurn1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheduler.schedule_turn (
        id boolean PRIMARY KEY DEFAULT true CHECK (id),
        holder text NOT NULL,
        until timestamptz NOT NULL,
        fired_through bigint
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scheduler.schedule_turn');
  }
}
