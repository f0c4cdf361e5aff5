import { Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { Database } from '@runnel/database';
import type { RequestOf, RunStats } from '@runnel/messaging';

import { binnedPercentileMs } from '../../duration-bins';
import { FAILURES, SUCCESS } from '../../outcomes';
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, WHOLE_PROJECT } from '../../tally-scope';
import { type StatsWindow, statsWindow } from './stats-window';
import { type BucketRow, summarize } from './summarize-buckets';

/** Runs up to which a percentile is read from the runs themselves and not from the bins. */
const EXACT_RUNS = 10_000;
/** How far back the last runs of a whole project are looked for. */
const RECENT_RUNS = 1_000;
const SHARE = 0.95;

interface Scope {
  readonly project: string;
  readonly deploymentId: string | undefined;
}

/**
 * Statistics of the runs that started within a period. Answered from counters per minute, hour and day, so that the
 * time it takes does not grow with the number of runs. For a whole project the window begins with the minute in
 * which the period does, and the percentile is that of the bins.
 */
@Injectable()
export class RunStatsQuery {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws InvalidInputError VALIDATION for an unknown period; UnavailableError. */
  async get(request: RequestOf<'svc.metrics.run-stats'>): Promise<RunStats> {
    const window = statsWindow(request.period, this.clock.now());
    const scope = { project: request.project, deploymentId: request.deploymentId };
    const [rows, last] = await Promise.all([
      this.buckets(scope, window),
      this.lastRuns(scope, window),
    ]);
    const summary = summarize(rows, window.buckets);
    return {
      ...summary.stats,
      p95DurationMs: await this.percentile(scope, window, summary.ended),
      ...last,
    };
  }

  private buckets({ project, deploymentId }: Scope, window: StatsWindow) {
    return this.database.rows<BucketRow>(
      `SELECT date_bin($1::interval, started.at, 'epoch'::timestamptz) AS bucket, started.triggered_by,
              sum(started.runs) AS runs, sum(started.success) AS success, sum(started.failure) AS failure,
              sum(started.ended) AS ended, sum(started.duration_ms) AS duration_ms
       FROM (
         SELECT b.start AS at, b.triggered_by, b.runs, b.success, b.failure, b.ended, b.duration_ms
         FROM metrics.run_bucket b
         WHERE b.project = $2 AND b.scope = $3
           AND ((b.seconds = ${MINUTE_SECONDS} AND b.start >= $5 AND b.start < $6)
             OR (b.seconds = ${HOUR_SECONDS} AND b.start >= $6))
         UNION ALL
         SELECT r.started_at, r.triggered_by, 1, (r.status = $7)::int, (r.status = ANY($8::text[]))::int,
                (r.duration_ms IS NOT NULL)::int, coalesce(r.duration_ms, 0)
         FROM metrics.run r
         WHERE r.project = $2 AND r.deployment_id = $3 AND r.started_at >= $4 AND r.started_at < $5
       ) AS started
       GROUP BY 1, 2`,
      [
        `${window.bucketMs} milliseconds`,
        project,
        deploymentId ?? WHOLE_PROJECT,
        new Date(window.from),
        new Date(this.minutesFrom(deploymentId, window)),
        new Date(window.hoursFrom),
        SUCCESS,
        FAILURES,
      ],
    );
  }

  /** Nearest rank over ended runs: exact where they are few enough to be looked at. */
  private async percentile(
    { project, deploymentId }: Scope,
    window: StatsWindow,
    ended: number,
  ): Promise<number> {
    if (ended === 0) return 0;
    if (deploymentId !== undefined && ended <= EXACT_RUNS) {
      const rows = await this.database.rows<{ p95: string | null }>(
        `SELECT percentile_disc(${SHARE}) WITHIN GROUP (ORDER BY r.duration_ms) AS p95
         FROM metrics.run r
         WHERE r.project = $1 AND r.deployment_id = $2 AND r.started_at >= $3
           AND r.duration_ms IS NOT NULL`,
        [project, deploymentId, new Date(window.from)],
      );
      return Number(rows[0]?.p95 ?? 0);
    }
    const bins = await this.database.rows<{ bin: number; runs: string }>(
      `SELECT d.bin, sum(d.runs) AS runs FROM metrics.run_duration d
       WHERE d.project = $1 AND d.scope = $2
         AND ((d.seconds = ${MINUTE_SECONDS} AND d.start >= $3 AND d.start < $4)
           OR (d.seconds = ${HOUR_SECONDS} AND d.start >= $4 AND d.start < $5)
           OR (d.seconds = ${DAY_SECONDS} AND d.start >= $5))
       GROUP BY d.bin`,
      [
        project,
        deploymentId ?? WHOLE_PROJECT,
        new Date(this.minutesFrom(deploymentId, window)),
        new Date(window.hoursFrom),
        new Date(window.daysFrom),
      ],
    );
    return binnedPercentileMs(
      bins.map(({ bin, runs }) => ({ bin, count: Number(runs) })),
      SHARE,
    );
  }

  /** Only runs of deployments are indexed by their start. */
  private minutesFrom(
    deploymentId: string | undefined,
    { from, minutesFrom }: StatsWindow,
  ): number {
    return deploymentId === undefined ? from - (from % (MINUTE_SECONDS * 1_000)) : minutesFrom;
  }

  private async lastRuns(
    scope: Scope,
    { from }: StatsWindow,
  ): Promise<Pick<RunStats, 'lastRunAt' | 'lastSuccessAt' | 'lastFailureAt'>> {
    const rows = await this.latestByStatus(scope);
    const latest = (counts: (status: string) => boolean): string | null => {
      const times = rows.filter(({ status }) => counts(status)).map(({ at }) => at?.getTime() ?? 0);
      const last = Math.max(0, ...times);
      return last >= from ? new Date(last).toISOString() : null;
    };
    return {
      lastRunAt: latest(() => true),
      lastSuccessAt: latest((status) => status === SUCCESS),
      lastFailureAt: latest((status) => (FAILURES as readonly string[]).includes(status)),
    };
  }

  /** Start of the run asked for last, per status; one look into the index for each way it was triggered. */
  private latestByStatus({ project, deploymentId }: Scope) {
    type Latest = { readonly status: string; readonly at: Date | null };
    if (deploymentId === undefined) {
      return this.database.rows<Latest>(
        `SELECT recent.status, max(recent.started_at) AS at FROM (
           SELECT r.status, r.started_at FROM metrics.run r
           WHERE r.project = $1 ORDER BY r.requested_at DESC, r.id DESC LIMIT ${RECENT_RUNS}
         ) AS recent GROUP BY recent.status`,
        [project],
      );
    }
    return this.database.rows<Latest>(
      `SELECT c.status, max(newest.started_at) AS at
       FROM (
         SELECT DISTINCT triggered_by, status FROM metrics.run_count
         WHERE project = $1 AND scope = $2 AND runs > 0
       ) AS c
       CROSS JOIN LATERAL (
         SELECT r.started_at FROM metrics.run r
         WHERE r.project = $1 AND r.deployment_id = $2
           AND r.triggered_by = c.triggered_by AND r.status = c.status
         ORDER BY r.requested_at DESC, r.id DESC LIMIT 1
       ) AS newest
       GROUP BY c.status`,
      [project, deploymentId],
    );
  }
}
