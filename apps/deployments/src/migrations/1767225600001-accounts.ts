import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Projects, users, their roles, ended sessions, API keys. */
export class Accounts1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deployments.project (
        id         text PRIMARY KEY,
        name       text NOT NULL,
        created_at timestamptz(3) NOT NULL
      );

      CREATE TABLE deployments.user_account (
        id            text PRIMARY KEY,
        email         text NOT NULL,
        -- the e-mail as it is compared: lower case
        email_key     text NOT NULL CONSTRAINT user_account_email_key UNIQUE,
        first_name    text NOT NULL,
        last_name     text NOT NULL,
        password_hash text NOT NULL,
        is_admin      boolean NOT NULL,
        created_at    timestamptz(3) NOT NULL
      );

      CREATE TABLE deployments.membership (
        user_id    text NOT NULL REFERENCES deployments.user_account ON DELETE CASCADE,
        project_id text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        role       text NOT NULL CHECK (role IN ('admin', 'editor', 'operator', 'viewer')),
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, project_id)
      );
      CREATE INDEX membership_project ON deployments.membership (project_id);

      CREATE TABLE deployments.revoked_token (
        jti        text PRIMARY KEY,
        -- when nothing can be done with the token any more, refresh included; the row goes then
        expires_at timestamptz(3) NOT NULL
      );
      CREATE INDEX revoked_token_expiry ON deployments.revoked_token (expires_at);

      CREATE TABLE deployments.api_key (
        id           text PRIMARY KEY,
        project_id   text NOT NULL REFERENCES deployments.project ON DELETE CASCADE,
        name         text NOT NULL,
        -- lower-case hex SHA-256; the key itself is nowhere
        key_hash     text NOT NULL CONSTRAINT api_key_hash UNIQUE,
        key_prefix   text NOT NULL,
        scopes       text[] NOT NULL,
        created_by   text NOT NULL,
        created_at   timestamptz(3) NOT NULL,
        expires_at   timestamptz(3),
        last_used_at timestamptz(3),
        revoked_at   timestamptz(3)
      );
      CREATE INDEX api_key_project ON deployments.api_key (project_id, created_at DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE deployments.api_key, deployments.revoked_token, deployments.membership,
        deployments.user_account, deployments.project;
    `);
  }
}
