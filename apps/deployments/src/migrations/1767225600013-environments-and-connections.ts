import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Environments with their variables and secrets, connections, logins by other providers. */
export class EnvironmentsAndConnections1767225600013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deployments.environment (
        id         text PRIMARY KEY,
        project_id text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        name       text NOT NULL,
        -- the name as it is compared: lower case
        name_key   text NOT NULL,
        variables  jsonb NOT NULL,
        is_default boolean NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT environment_name UNIQUE (project_id, name_key)
      );
      CREATE UNIQUE INDEX environment_default ON deployments.environment (project_id) WHERE is_default;

      -- where a deployment's runs find their values; null is the project's default environment
      ALTER TABLE deployments.deployment
        ADD COLUMN environment_id text REFERENCES deployments.environment ON DELETE SET NULL;
      CREATE INDEX deployment_environment ON deployments.deployment (environment_id);

      CREATE TABLE deployments.connection (
        id             text PRIMARY KEY,
        project_id     text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        provider       text NOT NULL,
        display_name   text NOT NULL,
        type           text NOT NULL CHECK (type IN ('oauth', 'api_key', 'multi_field')),
        status         text NOT NULL CHECK (status IN ('active', 'expired', 'revoked', 'invalid')),
        scopes         text[],
        allowed_hosts  text[] NOT NULL,
        auth           jsonb NOT NULL,
        -- AES-256-GCM over the credential's JSON, bound to project and row
        credential_box text NOT NULL,
        created_by     text NOT NULL,
        created_at     timestamptz(3) NOT NULL,
        updated_at     timestamptz(3) NOT NULL
      );
      CREATE INDEX connection_project ON deployments.connection (project_id, created_at DESC);

      CREATE TABLE deployments.secret (
        id             text PRIMARY KEY,
        environment_id text NOT NULL REFERENCES deployments.environment ON DELETE CASCADE,
        name           text NOT NULL,
        -- AES-256-GCM, bound to project, environment and name
        value_box      text NOT NULL,
        -- characters of the value, for the limit of an environment
        size           integer NOT NULL,
        -- grows with every change
        version        integer NOT NULL,
        -- of the connection whose key it is; null when somebody set it by hand
        connection_id  text REFERENCES deployments.connection ON DELETE CASCADE,
        updated_at     timestamptz(3) NOT NULL,
        CONSTRAINT secret_name UNIQUE (environment_id, name)
      );
      CREATE INDEX secret_connection ON deployments.secret (connection_id);

      -- an authorization under way: used once, and gone after minutes
      CREATE TABLE deployments.oauth_state (
        id           text PRIMARY KEY,
        project_id   text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        user_id      text NOT NULL,
        provider     text NOT NULL,
        verifier_box text NOT NULL,
        redirect_uri text NOT NULL,
        display_name text,
        expires_at   timestamptz(3) NOT NULL
      );
      CREATE INDEX oauth_state_project ON deployments.oauth_state (project_id);

      -- who a user is at a provider they log in with
      CREATE TABLE deployments.external_login (
        provider   text NOT NULL,
        subject    text NOT NULL,
        user_id    text NOT NULL REFERENCES deployments.user_account ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (provider, subject)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE deployments.external_login, deployments.oauth_state, deployments.secret,
        deployments.connection;
      ALTER TABLE deployments.deployment DROP COLUMN environment_id;
      DROP TABLE deployments.environment;
    `);
  }
}
