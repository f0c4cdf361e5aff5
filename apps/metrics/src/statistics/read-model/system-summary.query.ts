import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf } from '@runnel/messaging';
import { RUN_STATUSES, statusFor } from '@runnel/run-domain';

import { WHOLE_PROJECT } from '../../tally-scope';

/** Under way and waiting for their turn, as the pipelines door means it (contracts/pipelines.md B.2). */
const ACTIVE = RUN_STATUSES.filter((status) => statusFor('pipelines', status) === 'running');
const QUEUED = RUN_STATUSES.filter((status) => statusFor('pipelines', status) === 'pending');

/** What a project has on its hands, and how large the database has become. */
@Injectable()
export class SystemSummaryQuery {
  constructor(private readonly database: Database) {}

  /** Throws UnavailableError. */
  async get({
    project,
  }: RequestOf<'svc.metrics.system-summary'>): Promise<ResponseOf<'svc.metrics.system-summary'>> {
    const [row] = await this.database.rows<{ active: string; queued: string; bytes: string }>(
      `SELECT coalesce(sum(runs) FILTER (WHERE status = ANY($3)), 0) AS active,
              coalesce(sum(runs) FILTER (WHERE status = ANY($4)), 0) AS queued,
              pg_database_size(current_database()) AS bytes
       FROM metrics.run_count WHERE project = $1 AND scope = $2`,
      [project, WHOLE_PROJECT, ACTIVE, QUEUED],
    );
    return {
      activeRuns: Number(row?.active ?? 0),
      queuedRuns: Number(row?.queued ?? 0),
      databaseBytes: Number(row?.bytes ?? 0),
    };
  }
}
