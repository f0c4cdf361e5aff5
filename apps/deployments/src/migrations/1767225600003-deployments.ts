import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deployments, webhook endpoints, events caught while nothing was deployed. */
export class Deployments1767225600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deployments.deployment (
        id             text PRIMARY KEY,
        project_id     text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        pattern_id     text NOT NULL CONSTRAINT deployment_pattern UNIQUE
                       REFERENCES deployments.pattern ON DELETE CASCADE,
        status         text NOT NULL CHECK (status IN ('active', 'paused', 'failed', 'undeployed')),
        version_id     text NOT NULL REFERENCES deployments.pattern_version,
        confirmed_at   timestamptz(3),
        paused_reason  text CHECK (paused_reason IN ('manual', 'circuit_breaker')),
        paused_at      timestamptz(3),
        last_error     text,
        created_at     timestamptz(3) NOT NULL,
        updated_at     timestamptz(3) NOT NULL
      );
      CREATE INDEX deployment_project ON deployments.deployment (project_id, created_at DESC);

      -- belongs to (pattern, node), not to the deployment: URL and secret survive every redeploy
      CREATE TABLE deployments.webhook_endpoint (
        id                text PRIMARY KEY,
        project_id        text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        pattern_id        text NOT NULL REFERENCES deployments.pattern ON DELETE CASCADE,
        node_id           text NOT NULL,
        webhook_id        text NOT NULL CONSTRAINT webhook_endpoint_webhook_id UNIQUE,
        -- AES-256-GCM, bound to this row's id
        secret_box        text NOT NULL,
        signature_mode    text NOT NULL CHECK (signature_mode IN ('required', 'optional', 'none')),
        require_timestamp boolean NOT NULL,
        -- whether the saved graph has the node
        active            boolean NOT NULL,
        created_at        timestamptz(3) NOT NULL,
        updated_at        timestamptz(3) NOT NULL,
        CONSTRAINT webhook_endpoint_node UNIQUE (pattern_id, node_id)
      );

      CREATE TABLE deployments.captured_event (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        endpoint_id text NOT NULL REFERENCES deployments.webhook_endpoint ON DELETE CASCADE,
        event       json NOT NULL,
        captured_at timestamptz(3) NOT NULL
      );
      CREATE INDEX captured_event_endpoint ON deployments.captured_event (endpoint_id, id DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE deployments.captured_event, deployments.webhook_endpoint, deployments.deployment;
    `);
  }
}
