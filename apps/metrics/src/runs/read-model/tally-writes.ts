import { bigintArray, intArray, textArray, timestampArray } from '@runnel/database';
import type { ProjectionBatch } from '@runnel/projection';

/** What a batch changes in the number of runs of a scope that were triggered so and stand so. */
export interface CountDelta {
  readonly project: string;
  readonly scope: string;
  readonly triggeredBy: string;
  readonly status: string;
  runs: number;
}

/** What it changes in the runs that started within one bucket. */
export interface BucketDelta {
  readonly project: string;
  readonly scope: string;
  readonly seconds: number;
  readonly start: number;
  readonly triggeredBy: string;
  runs: number;
  success: number;
  failure: number;
  ended: number;
  durationMs: number;
}

/** What it changes in the number of runs of one bucket that took so long. */
export interface DurationDelta {
  readonly project: string;
  readonly scope: string;
  readonly seconds: number;
  readonly start: number;
  readonly bin: number;
  runs: number;
}

/** Adds to `run_count`. */
export function writeCounts(
  { table, write, shard }: ProjectionBatch,
  deltas: readonly CountDelta[],
): void {
  if (deltas.length === 0) return;
  write(
    `INSERT INTO ${table('run_count')} AS c (project, scope, shard, triggered_by, status, runs)
     SELECT d.project, d.scope, $1, d.triggered_by, d.status, d.runs
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
       AS d (project, scope, triggered_by, status, runs)
     ON CONFLICT (project, scope, shard, triggered_by, status)
     DO UPDATE SET runs = c.runs + excluded.runs`,
    [
      shard,
      textArray(deltas.map(({ project }) => project)),
      textArray(deltas.map(({ scope }) => scope)),
      textArray(deltas.map(({ triggeredBy }) => triggeredBy)),
      textArray(deltas.map(({ status }) => status)),
      bigintArray(deltas.map(({ runs }) => runs)),
    ],
  );
}

/** Adds to `run_bucket`. */
export function writeBuckets(
  { table, write, shard }: ProjectionBatch,
  deltas: readonly BucketDelta[],
): void {
  if (deltas.length === 0) return;
  write(
    `INSERT INTO ${table('run_bucket')} AS b
       (project, scope, seconds, start, shard, triggered_by, runs, success, failure, ended, duration_ms)
     SELECT d.project, d.scope, d.seconds, d.start, $1, d.triggered_by,
            d.runs, d.success, d.failure, d.ended, d.duration_ms
     FROM unnest($2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::text[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
       AS d (project, scope, seconds, start, triggered_by, runs, success, failure, ended, duration_ms)
     ON CONFLICT (project, scope, seconds, start, shard, triggered_by)
     DO UPDATE SET runs = b.runs + excluded.runs, success = b.success + excluded.success,
       failure = b.failure + excluded.failure, ended = b.ended + excluded.ended,
       duration_ms = b.duration_ms + excluded.duration_ms`,
    [
      shard,
      textArray(deltas.map(({ project }) => project)),
      textArray(deltas.map(({ scope }) => scope)),
      intArray(deltas.map(({ seconds }) => seconds)),
      timestampArray(deltas.map(({ start }) => start)),
      textArray(deltas.map(({ triggeredBy }) => triggeredBy)),
      bigintArray(deltas.map(({ runs }) => runs)),
      bigintArray(deltas.map(({ success }) => success)),
      bigintArray(deltas.map(({ failure }) => failure)),
      bigintArray(deltas.map(({ ended }) => ended)),
      bigintArray(deltas.map((delta) => delta.durationMs)),
    ],
  );
}

/** Adds to `run_duration`. */
export function writeDurations(
  { table, write, shard }: ProjectionBatch,
  deltas: readonly DurationDelta[],
): void {
  if (deltas.length === 0) return;
  write(
    `INSERT INTO ${table('run_duration')} AS t (project, scope, seconds, start, shard, bin, runs)
     SELECT d.project, d.scope, d.seconds, d.start, $1, d.bin, d.runs
     FROM unnest($2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::int[], $7::bigint[])
       AS d (project, scope, seconds, start, bin, runs)
     ON CONFLICT (project, scope, seconds, start, shard, bin)
     DO UPDATE SET runs = t.runs + excluded.runs`,
    [
      shard,
      textArray(deltas.map(({ project }) => project)),
      textArray(deltas.map(({ scope }) => scope)),
      intArray(deltas.map(({ seconds }) => seconds)),
      timestampArray(deltas.map(({ start }) => start)),
      intArray(deltas.map(({ bin }) => bin)),
      bigintArray(deltas.map(({ runs }) => runs)),
    ],
  );
}
