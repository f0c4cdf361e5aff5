import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Patterns and their immutable versions. Graphs are `json`, not `jsonb`: they come back as they were sent. */
export class Patterns1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deployments.pattern (
        id             text PRIMARY KEY,
        project_id     text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        owner_id       text NOT NULL,
        name           text NOT NULL,
        description    text,
        is_public      boolean NOT NULL,
        is_template    boolean NOT NULL,
        tags           text[] NOT NULL,
        graph_data     json NOT NULL,
        -- of the last deployed version; 0 before the first
        version_number integer NOT NULL,
        created_at     timestamptz(3) NOT NULL,
        -- grows with every save: clients compare it to notice that somebody was faster
        updated_at     timestamptz(3) NOT NULL
      );
      CREATE INDEX pattern_project_updated ON deployments.pattern (project_id, updated_at DESC);

      -- no reference to the pattern: runs that are under way outlive its deletion
      CREATE TABLE deployments.pattern_version (
        id             text PRIMARY KEY,
        pattern_id     text NOT NULL,
        project_id     text NOT NULL,
        version_number integer NOT NULL,
        graph_data     json NOT NULL,
        code           text NOT NULL,
        triggers       json NOT NULL,
        webhook_nodes  json NOT NULL,
        created_at     timestamptz(3) NOT NULL,
        created_by     text NOT NULL,
        CONSTRAINT pattern_version_number UNIQUE (pattern_id, version_number)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE deployments.pattern_version, deployments.pattern;');
  }
}
