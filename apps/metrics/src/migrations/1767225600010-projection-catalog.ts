import { catalogTables } from '@runnel/projection';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which versions of each read model there are, which one serves, how far each has come. */
export class ProjectionCatalog1767225600010 implements MigrationInterface {
  readonly name = 'ProjectionCatalog1767225600010';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of catalogTables('metrics')) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['projection_position', 'projection_active', 'projection_version']) {
      await runner.query(`DROP TABLE "metrics".${table}`);
    }
  }
}
