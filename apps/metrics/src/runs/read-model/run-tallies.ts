import type { ProjectionBatch } from '@runnel/projection';

import { durationBin } from '../../duration-bins';
import { FAILURES, SUCCESS } from '../../outcomes';
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, WHOLE_PROJECT } from '../../tally-scope';
import { durationMs, type RunRow } from './run-row';
import {
  type BucketDelta,
  type CountDelta,
  type DurationDelta,
  writeBuckets,
  writeCounts,
  writeDurations,
} from './tally-writes';

/** What of a run is counted; taken before and after a batch. */
export type TallyFacts = Pick<
  RunRow,
  'project' | 'deploymentId' | 'triggeredBy' | 'status' | 'startedAt' | 'finishedAt'
>;

const BUCKET_WIDTHS = [MINUTE_SECONDS, HOUR_SECONDS];
/** Durations are many rows a bucket: over weeks they are read by the day. */
const DURATION_WIDTHS = [MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS];
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
    for (const seconds of BUCKET_WIDTHS) {
      this.addToBucket({ scope, seconds, start: startOf(startedAt, seconds), key }, facts, sign);
    }
    const duration = durationMs(facts);
    if (duration === null) return;
    const bin = durationBin(duration);
    for (const seconds of DURATION_WIDTHS) {
      const start = startOf(startedAt, seconds);
      const durations = entry(
        this.durations,
        `${project}|${scope}|${seconds}|${start}|${bin}`,
        () => ({ project, scope, seconds, start, bin, runs: 0 }),
      );
      durations.runs += sign;
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
  }
}

/** Start of the bucket that a time lies in: UTC multiples of its width. */
function startOf(ms: number, seconds: number): number {
  return ms - (ms % (seconds * 1_000));
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
