import { Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf } from '@runnel/messaging';

import { MINUTE_SECONDS, WHOLE_PROJECT } from '../../tally-scope';

const HOUR_MS = 3_600_000;
const MINUTE_MS = MINUTE_SECONDS * 1_000;

/** Runs of a project that started in the last hour, to the minute. */
@Injectable()
export class HealthSummaryQuery {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws UnavailableError. */
  async get({
    project,
  }: RequestOf<'svc.metrics.health-summary'>): Promise<ResponseOf<'svc.metrics.health-summary'>> {
    const from = this.clock.now() - HOUR_MS;
    const rows = await this.database.rows<{ runs: string; failures: string }>(
      `SELECT coalesce(sum(runs), 0) AS runs, coalesce(sum(failure), 0) AS failures
       FROM metrics.run_bucket
       WHERE project = $1 AND scope = $2 AND seconds = ${MINUTE_SECONDS} AND start >= $3`,
      [project, WHOLE_PROJECT, new Date(from - (from % MINUTE_MS))],
    );
    const [row] = rows;
    return {
      runsLastHour: Number(row?.runs ?? 0),
      failuresLastHour: Number(row?.failures ?? 0),
    };
  }
}
