import type { Database } from '@runnel/database';

import { FAILURES, SUCCESS } from '../../outcomes';
import { MINUTE_SECONDS } from '../../tally-scope';

/** Counters over more rows than this are not recounted in passing. */
const MAX_COUNTED = 10_000;
/** Buckets and counters looked at in one go. */
const MAX_COUNTERS = 50;
/** Buckets that start earlier may have been thrown away already. */
const BUCKET_DAYS = 30;

interface WrongCounter {
  readonly what: string;
  readonly shard: number;
  readonly found: string;
  readonly counted: string;
}

/**
 * Of the counters in which these runs are counted with their deployments, those that are not what a recount of the
 * rows gives: how many runs have a status, and what started within a minute. One snapshot, and few rows each.
 */
export async function wrongCountersOf(
  database: Database,
  runIds: readonly string[],
): Promise<readonly string[]> {
  const counts = await database.rows<WrongCounter>(COUNTS, [runIds, MAX_COUNTERS, MAX_COUNTED]);
  const buckets = await database.rows<WrongCounter>(BUCKETS, [
    runIds,
    MAX_COUNTERS,
    MAX_COUNTED,
    BUCKET_DAYS,
    SUCCESS,
    FAILURES,
    MINUTE_SECONDS,
  ]);
  return [...counts, ...buckets].map(
    ({ what, shard, found, counted }) =>
      `${counted} of shard ${shard} are counted as ${what}, ${found} are there`,
  );
}

const COUNTS = `
  WITH wanted AS (
    SELECT DISTINCT project, deployment_id, shard, triggered_by, status FROM metrics.run
    WHERE id = ANY($1::text[]) AND deployment_id IS NOT NULL LIMIT $2
  )
  SELECT w.status || ' runs of ' || w.deployment_id AS what, w.shard, found.runs AS found,
         coalesce(c.runs, 0) AS counted
  FROM wanted w
  LEFT JOIN metrics.run_count c ON (c.project, c.scope, c.shard, c.triggered_by, c.status)
    = (w.project, w.deployment_id, w.shard, w.triggered_by, w.status)
  CROSS JOIN LATERAL (
    SELECT count(*) AS runs FROM metrics.run r
    WHERE (r.project, r.deployment_id, r.shard, r.triggered_by, r.status)
      = (w.project, w.deployment_id, w.shard, w.triggered_by, w.status)
      AND coalesce(c.runs, 0) <= $3
  ) AS found
  WHERE coalesce(c.runs, 0) <= $3 AND found.runs <> coalesce(c.runs, 0)`;

const BUCKETS = `
  WITH wanted AS (
    SELECT DISTINCT project, deployment_id, shard, triggered_by,
           date_bin(make_interval(secs => $7::int), started_at, 'epoch'::timestamptz) AS start
    FROM metrics.run
    WHERE id = ANY($1::text[]) AND deployment_id IS NOT NULL
      AND started_at > now() - make_interval(days => $4::int) LIMIT $2
  )
  SELECT 'started in the minute of ' || w.start || ' by ' || w.deployment_id AS what, w.shard,
         found::text AS found, counted::text AS counted
  FROM wanted w
  LEFT JOIN metrics.run_bucket b ON (b.project, b.scope, b.seconds, b.start, b.shard, b.triggered_by)
    = (w.project, w.deployment_id, $7::int, w.start, w.shard, w.triggered_by)
  CROSS JOIN LATERAL (
    SELECT coalesce(b.runs, 0), coalesce(b.success, 0), coalesce(b.failure, 0), coalesce(b.ended, 0),
           coalesce(b.duration_ms, 0)
  ) AS counted (runs, success, failure, ended, duration_ms)
  CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE r.status = $5), count(*) FILTER (WHERE r.status = ANY($6::text[])),
           count(r.duration_ms), coalesce(sum(r.duration_ms), 0)::bigint
    FROM metrics.run r
    WHERE (r.project, r.deployment_id, r.shard, r.triggered_by)
      = (w.project, w.deployment_id, w.shard, w.triggered_by)
      AND r.started_at >= w.start AND r.started_at < w.start + make_interval(secs => $7::int)
      AND counted.runs <= $3
  ) AS found (runs, success, failure, ended, duration_ms)
  WHERE counted.runs <= $3 AND found IS DISTINCT FROM counted`;
