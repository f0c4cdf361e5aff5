import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import { InvalidInputError } from '@runnel/errors';
import type { RequestOf, ResponseOf } from '@runnel/messaging';
import type { RunStatus } from '@runnel/run-domain';

const MAX_DEPLOYMENTS = 1_000;

interface SummaryRow {
  readonly id: string;
  readonly total: string;
  readonly status: RunStatus | null;
  readonly started_at: Date | null;
  readonly duration_ms: string | null;
}

/** Number of runs and the latest one, per deployment. */
@Injectable()
export class DeploymentSummariesQuery {
  constructor(private readonly database: Database) {}

  /** Every id that was asked for is in the answer. Throws InvalidInputError VALIDATION; UnavailableError. */
  async get({
    project,
    deploymentIds,
  }: RequestOf<'svc.metrics.deployment-summaries'>): Promise<
    ResponseOf<'svc.metrics.deployment-summaries'>
  > {
    if (deploymentIds.length > MAX_DEPLOYMENTS) {
      throw new InvalidInputError('VALIDATION', `ask for at most ${MAX_DEPLOYMENTS} deployments`);
    }
    const rows = await this.database.rows<SummaryRow>(
      `SELECT wanted.id, counted.total, latest.status, latest.started_at, latest.duration_ms
       FROM unnest($2::text[]) AS wanted (id)
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(c.runs), 0) AS total FROM metrics.run_count c
         WHERE c.project = $1 AND c.scope = wanted.id
       ) AS counted
       LEFT JOIN LATERAL (
         SELECT newest.* FROM (
           SELECT DISTINCT c.triggered_by, c.status FROM metrics.run_count c
           WHERE c.project = $1 AND c.scope = wanted.id AND c.runs > 0
         ) AS range
         CROSS JOIN LATERAL (
           SELECT r.id, r.status, r.requested_at, r.started_at, r.duration_ms FROM metrics.run r
           WHERE r.project = $1 AND r.deployment_id = wanted.id
             AND r.triggered_by = range.triggered_by AND r.status = range.status
           ORDER BY r.requested_at DESC, r.id DESC LIMIT 1
         ) AS newest
         ORDER BY newest.requested_at DESC, newest.id DESC LIMIT 1
       ) AS latest ON true`,
      [project, deploymentIds],
    );
    return { summaries: Object.fromEntries(rows.map((row) => [row.id, toSummary(row)])) };
  }
}

function toSummary(row: SummaryRow) {
  const { status } = row;
  return {
    totalRuns: Number(row.total),
    lastRun: status === null ? null : { status, ...timesOf(row) },
  };
}

function timesOf({ started_at: startedAt, duration_ms: durationMs }: SummaryRow) {
  return {
    startedAt: startedAt?.toISOString() ?? null,
    durationMs: durationMs === null ? null : Number(durationMs),
  };
}
