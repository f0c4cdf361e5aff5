import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf } from '@runnel/messaging';

import { ReadModelLag } from '../../projecting/read-model-lag';
import { WHOLE_PROJECT } from '../../tally-scope';
import { ReplyBudget } from '../reply-budget';
import { fitDocuments } from './fit-documents';
import { logLinesOf } from './log-lines';
import { offsetOf } from './page-limits';
import { RUN_COLUMNS, type RunRecord, toRunView } from './run-view';

type Request = RequestOf<'svc.metrics.list-runs'>;

/** One way in which runs of the scope were triggered and stand now: a range of the list's index. */
interface Range {
  readonly triggered_by: string;
  readonly status: string;
  readonly runs: string;
}

interface Page {
  readonly ranges: readonly Range[];
  readonly skip: number;
  readonly limit: number;
}

/** Runs of a project or of one of its deployments, newest first, with an exact total. */
@Injectable()
export class ListRunsQuery {
  constructor(
    private readonly database: Database,
    private readonly lag: ReadModelLag,
    private readonly budget: ReplyBudget,
  ) {}

  /** Throws InvalidInputError VALIDATION; UnavailableError. */
  async list(request: Request): Promise<ResponseOf<'svc.metrics.list-runs'>> {
    const skip = offsetOf(request);
    const lag = await this.lag.of('run-list');
    const ranges = await this.ranges(request);
    const total = ranges.reduce((sum, { runs }) => sum + Number(runs), 0);
    if (skip >= total) return { items: [], total, lag };

    const found = await this.page(request, { ranges, skip, limit: request.limit });
    const { records, left } = fitDocuments(found, this.budget.bytes);
    const lines = await logLinesOf(this.database, {
      runIds: records.map(({ id }) => id),
      bytesPerRun: Math.floor(left / Math.max(1, records.length)),
    });
    const items = records.map((record) => ({
      ...toRunView(record),
      logOutput: lines.get(record.id) ?? [],
    }));
    return { items, total, lag };
  }

  /** The counters answer how many runs match without looking at them. */
  private ranges({ project, deploymentId, statuses, triggeredBy }: Request) {
    return this.database.rows<Range>(
      `SELECT triggered_by, status, sum(runs) AS runs FROM metrics.run_count
       WHERE project = $1 AND scope = $2
         AND ($3::text[] IS NULL OR status = ANY($3)) AND ($4::text[] IS NULL OR triggered_by = ANY($4))
       GROUP BY triggered_by, status HAVING sum(runs) > 0`,
      [project, deploymentId ?? WHOLE_PROJECT, statuses ?? null, triggeredBy ?? null],
    );
  }

  private page(request: Request, page: Page): Promise<readonly RunRecord[]> {
    const { deploymentId } = request;
    return deploymentId === undefined
      ? this.pageOfProject(request, page)
      : this.pageOfDeployment(request.project, deploymentId, page);
  }

  /** Each range is sorted in the index; the newest of all are among the newest of each. */
  private pageOfDeployment(project: string, deploymentId: string, { ranges, skip, limit }: Page) {
    return this.database.rows<RunRecord>(
      `SELECT ${RUN_COLUMNS}
       FROM (
         SELECT newest.id FROM unnest($3::text[], $4::text[]) AS range (triggered_by, status)
         CROSS JOIN LATERAL (
           SELECT x.id, x.requested_at FROM metrics.run x
           WHERE x.project = $1 AND x.deployment_id = $2
             AND x.triggered_by = range.triggered_by AND x.status = range.status
           ORDER BY x.requested_at DESC, x.id DESC LIMIT $5::int + $6::int
         ) AS newest
         ORDER BY newest.requested_at DESC, newest.id DESC LIMIT $5 OFFSET $6
       ) AS page
       JOIN metrics.run r ON r.id = page.id
       ORDER BY r.requested_at DESC, r.id DESC`,
      [
        project,
        deploymentId,
        ranges.map((range) => range.triggered_by),
        ranges.map((range) => range.status),
        limit,
        skip,
      ],
    );
  }

  private pageOfProject({ project, statuses, triggeredBy }: Request, { skip, limit }: Page) {
    return this.database.rows<RunRecord>(
      `SELECT ${RUN_COLUMNS} FROM metrics.run r
       WHERE r.project = $1
         AND ($2::text[] IS NULL OR r.status = ANY($2)) AND ($3::text[] IS NULL OR r.triggered_by = ANY($3))
       ORDER BY r.requested_at DESC, r.id DESC LIMIT $4 OFFSET $5`,
      [project, statuses ?? null, triggeredBy ?? null, limit, skip],
    );
  }
}
