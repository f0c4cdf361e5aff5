import type { TableNames } from '@runnel/projection';

/**
 * Documents (payload, output, error) are JSON text, not jsonb: nothing filters on them, text takes every
 * string a run may say (jsonb refuses \u0000), keeps it as it was, and is twice as fast to write.
 */
export function runListTables(table: TableNames): readonly string[] {
  return [
    `CREATE TABLE ${table('run')} (
      id text COLLATE "C" PRIMARY KEY,
      project text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      status text COLLATE "C" NOT NULL,
      definition_id text NOT NULL,
      definition_name text NOT NULL,
      definition_version integer NOT NULL,
      deployment_id text COLLATE "C",
      triggered_by text COLLATE "C" NOT NULL,
      attempt integer NOT NULL,
      requested_at timestamptz NOT NULL,
      started_at timestamptz,
      finished_at timestamptz,
      duration_ms bigint,
      payload text NOT NULL,
      output text,
      error text,
      parent_run_id text,
      retry_of text,
      replay_of text,
      shard integer NOT NULL,
      seq bigint NOT NULL,
      events integer NOT NULL
    )`,
    `CREATE INDEX ON ${table('run')} (project, requested_at DESC, id DESC)`,
    // One index for lists of a deployment, whatever they are filtered by: run_count tells which ranges exist.
    `CREATE INDEX ON ${table('run')}
      (project, deployment_id, triggered_by, status, requested_at DESC, id DESC)
      WHERE deployment_id IS NOT NULL`,
    `CREATE INDEX ON ${table('run')} (project, deployment_id, started_at) INCLUDE (duration_ms)
      WHERE deployment_id IS NOT NULL AND started_at IS NOT NULL`,
    // Counters: few rows, changed by every batch. Room in the page lets them be changed in place.
    `CREATE TABLE ${table('run_count')} (
      project text COLLATE "C" NOT NULL,
      scope text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      triggered_by text COLLATE "C" NOT NULL,
      status text COLLATE "C" NOT NULL,
      runs bigint NOT NULL,
      PRIMARY KEY (project, scope, shard, triggered_by, status)
    ) WITH (fillfactor = 50)`,
    `CREATE TABLE ${table('run_bucket')} (
      project text COLLATE "C" NOT NULL,
      scope text COLLATE "C" NOT NULL,
      seconds integer NOT NULL,
      start timestamptz NOT NULL,
      shard integer NOT NULL,
      triggered_by text COLLATE "C" NOT NULL,
      runs bigint NOT NULL,
      success bigint NOT NULL,
      failure bigint NOT NULL,
      ended bigint NOT NULL,
      duration_ms bigint NOT NULL,
      PRIMARY KEY (project, scope, seconds, start, shard, triggered_by)
    ) WITH (fillfactor = 70)`,
    `CREATE TABLE ${table('run_duration')} (
      project text COLLATE "C" NOT NULL,
      scope text COLLATE "C" NOT NULL,
      seconds integer NOT NULL,
      start timestamptz NOT NULL,
      shard integer NOT NULL,
      bin integer NOT NULL,
      runs bigint NOT NULL,
      PRIMARY KEY (project, scope, seconds, start, shard, bin)
    ) WITH (fillfactor = 70)`,
  ];
}
