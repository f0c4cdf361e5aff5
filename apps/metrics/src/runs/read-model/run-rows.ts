import { bigintArray, intArray, textArray, timestampArray } from '@runnel/database';
import type { ProjectionBatch } from '@runnel/projection';
import type { RunStatus, TriggerType } from '@runnel/run-domain';

import { durationMs, type RunRow } from './run-row';

interface StoredRow {
  readonly id: string;
  readonly project: string;
  readonly deployment_id: string | null;
  readonly triggered_by: TriggerType;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly started_ms: number | null;
  readonly finished_ms: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly events: number;
}

/** The rows of these runs, without what never changes and is not counted; their payload stays where it is. */
export async function loadRuns(
  ids: readonly string[],
  { table, query }: ProjectionBatch,
): Promise<readonly RunRow[]> {
  if (ids.length === 0) return [];
  const rows = await query<StoredRow>(
    // Numbers, because the driver takes its time over dates.
    `SELECT id, project, deployment_id, triggered_by, status, attempt, output, error, events,
            (extract(epoch FROM started_at) * 1000)::float8 AS started_ms,
            (extract(epoch FROM finished_at) * 1000)::float8 AS finished_ms
     FROM ${table('run')} WHERE id = ANY($1::text[])`,
    [textArray(ids)],
  );
  return rows.map(knownRow);
}

/** Columns that an update does not write are not read either: what stands for them here is never looked at. */
function knownRow(row: StoredRow): RunRow {
  return {
    id: row.id,
    project: row.project,
    kind: 'graph',
    definitionId: '',
    definitionName: '',
    definitionVersion: 0,
    deploymentId: row.deployment_id,
    triggeredBy: row.triggered_by,
    requestedAt: 0,
    parentRunId: null,
    retryOf: null,
    replayOf: null,
    status: row.status,
    attempt: row.attempt,
    startedAt: row.started_ms,
    finishedAt: row.finished_ms,
    payload: null,
    output: row.output,
    error: row.error,
    seq: 0,
    events: row.events,
  };
}

/** Writes the rows of new runs. */
export function insertRuns(
  rows: readonly RunRow[],
  { table, write, shard }: ProjectionBatch,
): void {
  if (rows.length === 0) return;
  write(
    `INSERT INTO ${table('run')} (shard, id, project, kind, status, definition_id, definition_name,
       definition_version, deployment_id, triggered_by, attempt, requested_at, started_at, finished_at,
       duration_ms, payload, output, error, parent_run_id, retry_of, replay_of, seq, events)
     SELECT $1::int, u.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::int[], $9::text[], $10::text[], $11::int[], $12::timestamptz[], $13::timestamptz[],
       $14::timestamptz[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
       $21::text[], $22::bigint[], $23::int[]) AS u`,
    [
      shard,
      textArray(rows.map(({ id }) => id)),
      textArray(rows.map(({ project }) => project)),
      textArray(rows.map(({ kind }) => kind)),
      textArray(rows.map(({ status }) => status)),
      textArray(rows.map(({ definitionId }) => definitionId)),
      textArray(rows.map(({ definitionName }) => definitionName)),
      intArray(rows.map(({ definitionVersion }) => definitionVersion)),
      textArray(rows.map(({ deploymentId }) => deploymentId)),
      textArray(rows.map(({ triggeredBy }) => triggeredBy)),
      intArray(rows.map(({ attempt }) => attempt)),
      timestampArray(rows.map(({ requestedAt }) => requestedAt)),
      timestampArray(rows.map(({ startedAt }) => startedAt)),
      timestampArray(rows.map(({ finishedAt }) => finishedAt)),
      bigintArray(rows.map(durationMs)),
      textArray(rows.map(({ payload }) => payload)),
      textArray(rows.map(({ output }) => output)),
      textArray(rows.map(({ error }) => error)),
      textArray(rows.map(({ parentRunId }) => parentRunId)),
      textArray(rows.map(({ retryOf }) => retryOf)),
      textArray(rows.map(({ replayOf }) => replayOf)),
      bigintArray(rows.map(({ seq }) => seq)),
      intArray(rows.map(({ events }) => events)),
    ],
  );
}

/** Writes what has changed in the rows of known runs. */
export function updateRuns(rows: readonly RunRow[], { table, write }: ProjectionBatch): void {
  if (rows.length === 0) return;
  write(
    `UPDATE ${table('run')} AS r
     SET status = u.status, attempt = u.attempt, started_at = u.started_at, finished_at = u.finished_at,
         duration_ms = u.duration_ms, payload = coalesce(u.payload, r.payload), output = u.output,
         error = u.error, seq = u.seq, events = u.events
     FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::bigint[],
       $7::text[], $8::text[], $9::text[], $10::bigint[], $11::int[])
       AS u (id, status, attempt, started_at, finished_at, duration_ms, payload, output, error, seq, events)
     WHERE r.id = u.id`,
    [
      textArray(rows.map(({ id }) => id)),
      textArray(rows.map(({ status }) => status)),
      intArray(rows.map(({ attempt }) => attempt)),
      timestampArray(rows.map(({ startedAt }) => startedAt)),
      timestampArray(rows.map(({ finishedAt }) => finishedAt)),
      bigintArray(rows.map(durationMs)),
      textArray(rows.map(({ payload }) => payload)),
      textArray(rows.map(({ output }) => output)),
      textArray(rows.map(({ error }) => error)),
      bigintArray(rows.map(({ seq }) => seq)),
      intArray(rows.map(({ events }) => events)),
    ],
  );
}
