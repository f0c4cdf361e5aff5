import { bigintArray, intArray, textArray, timestampArray } from '@runnel/database';
import type { ProjectionBatch } from '@runnel/projection';

import { durationBin } from '../../duration-bins';
import { FAILURES, SUCCESS } from '../../outcomes';
import { HOUR_SECONDS, MINUTE_SECONDS, WHOLE_PROJECT } from '../../tally-scope';
import { durationMs, type RunRow } from './run-row';

/** What of a run is counted; taken before and after a batch. */
export type TallyFacts = Pick<
  RunRow,
  'project' | 'deploymentId' | 'triggeredBy' | 'status' | 'startedAt' | 'finishedAt'
>;

interface CountDelta {
  readonly project: string;
  readonly scope: string;
  readonly triggeredBy: string;
  readonly status: string;
  runs: number;
}

interface BucketDelta {
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

interface DurationDelta {
  readonly project: string;
  readonly scope: string;
  readonly seconds: number;
  readonly start: number;
  readonly bin: number;
  runs: number;
}

const WIDTHS = [MINUTE_SECONDS, HOUR_SECONDS];
const FAILED: ReadonlySet<string> = new Set(FAILURES);

/**
 * What a batch changes in the counters: each run is taken out as it was before and put in as it is after.
 * Counters are kept per shard, so that projectors of different shards never wait for each other's rows.
 */
export class RunTallies {
  private readonly counts = new Map<string, CountDelta>();
  private readonly buckets = new Map<string, BucketDelta>();
  private readonly durations = new Map<string, DurationDelta>();

  /** Adds a run (`sign` 1) or takes it out (-1). */
  add(facts: TallyFacts, sign: 1 | -1): void {
    this.addTo(WHOLE_PROJECT, facts, sign);
    if (facts.deploymentId !== null) this.addTo(facts.deploymentId, facts, sign);
  }

  /** Adds what has changed to the counters' tables. */
  write(batch: ProjectionBatch): void {
    writeCounts(
      batch,
      [...this.counts.values()].filter(({ runs }) => runs !== 0),
    );
    writeBuckets(batch, [...this.buckets.values()].filter(changesBucket));
    writeDurations(
      batch,
      [...this.durations.values()].filter(({ runs }) => runs !== 0),
    );
  }

  private addTo(scope: string, facts: TallyFacts, sign: 1 | -1): void {
    const { project, triggeredBy, status, startedAt } = facts;
    const key = `${project}|${scope}|${triggeredBy}`;
    const count = entry(this.counts, `${key}|${status}`, () => ({
      project,
      scope,
      triggeredBy,
      status,
      runs: 0,
    }));
    count.runs += sign;
    if (startedAt === null) return;
    for (const seconds of WIDTHS) {
      const start = startedAt - (startedAt % (seconds * 1_000));
      this.addToBucket({ scope, seconds, start, key }, facts, sign);
    }
  }

  private addToBucket(
    { scope, seconds, start, key }: { scope: string; seconds: number; start: number; key: string },
    facts: TallyFacts,
    sign: 1 | -1,
  ): void {
    const { project, triggeredBy, status } = facts;
    const duration = durationMs(facts);
    const bucket = entry(this.buckets, `${key}|${seconds}|${start}`, () => ({
      project,
      scope,
      seconds,
      start,
      triggeredBy,
      ...{ runs: 0, success: 0, failure: 0, ended: 0, durationMs: 0 },
    }));
    bucket.runs += sign;
    if (status === SUCCESS) bucket.success += sign;
    else if (FAILED.has(status)) bucket.failure += sign;
    if (duration === null) return;
    bucket.ended += sign;
    bucket.durationMs += sign * duration;
    const bin = durationBin(duration);
    const durations = entry(
      this.durations,
      `${project}|${scope}|${seconds}|${start}|${bin}`,
      () => ({
        project,
        scope,
        seconds,
        start,
        bin,
        runs: 0,
      }),
    );
    durations.runs += sign;
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}

function changesBucket(delta: BucketDelta): boolean {
  return (
    delta.runs !== 0 ||
    delta.success !== 0 ||
    delta.failure !== 0 ||
    delta.ended !== 0 ||
    delta.durationMs !== 0
  );
}

function writeCounts(
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

function writeBuckets(
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

function writeDurations(
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
