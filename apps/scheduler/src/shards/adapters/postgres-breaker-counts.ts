import { UnavailableError } from '@runnel/errors';
import type { DataSource, EntityManager } from 'typeorm';

import { BreakerCounts, type FailingDeployment } from '../application/breaker-counts.port';
import { type DeploymentOutcome, type Failure, mergeOutcomes } from '../domain/deployment-outcomes';

const MAX_PER_LOOK = 100;

interface CountRow {
  readonly deployment_id: string;
  readonly project: string;
  readonly last_success_at: string | null;
  readonly failures: readonly Failure[];
}

/** Failures in a row, in the scheduler's schema. */
export class PostgresBreakerCounts extends BreakerCounts {
  constructor(private readonly database: DataSource) {
    super();
  }

  async failing(threshold: number): Promise<readonly FailingDeployment[]> {
    const rows = await this.attempt((tx) =>
      tx.query<CountRow[]>(
        `SELECT deployment_id, project, failures FROM breaker_count
         WHERE failing > 0 AND failing >= $1 ORDER BY deployment_id LIMIT $2`,
        [threshold, MAX_PER_LOOK],
      ),
    );
    return rows.map(({ deployment_id, project, failures }) => ({
      deploymentId: deployment_id,
      project,
      requestedAt: failures.map(({ requestedAt }) => requestedAt),
    }));
  }

  async forget(deploymentId: string, requestedUntil: string): Promise<void> {
    await this.attempt(async (tx) => {
      for (const row of await lockCounts(tx, [deploymentId])) {
        const failures = row.failures.filter(({ requestedAt }) => requestedAt > requestedUntil);
        await writeCounts(tx, [{ ...row, failures }]);
      }
    });
  }

  private async attempt<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      throw new UnavailableError('postgres', 'cannot reach the scheduler schema', { cause: error });
    }
  }
}

/**
 * Adds what a stretch of one shard's log says of deployments, in the transaction that moves the shard's
 * position: each end of a run counts once. Deployments that have never failed have no row and cost no write.
 */
export async function addOutcomes(
  tx: EntityManager,
  outcomes: readonly DeploymentOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const failing = outcomes.filter(({ failures }) => failures.length > 0);
  if (failing.length > 0) {
    await tx.query(
      `INSERT INTO breaker_count (deployment_id, project)
       SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
      [failing.map(({ deploymentId }) => deploymentId), failing.map(({ project }) => project)],
    );
  }
  const byId = new Map(outcomes.map((outcome) => [outcome.deploymentId, outcome]));
  const merged = (await lockCounts(tx, [...byId.keys()])).flatMap((row) => {
    const outcome = byId.get(row.deployment_id);
    if (outcome === undefined) return [];
    const stored = { lastSuccessAt: row.last_success_at ?? undefined, failures: row.failures };
    const { lastSuccessAt, failures } = mergeOutcomes(stored, outcome);
    return [{ ...row, last_success_at: lastSuccessAt ?? null, failures }];
  });
  await writeCounts(tx, merged);
}

/** In one order always, so that two shards never wait for each other in a circle. */
function lockCounts(tx: EntityManager, ids: readonly string[]): Promise<CountRow[]> {
  return tx.query<CountRow[]>(
    `SELECT deployment_id, project, last_success_at, failures FROM breaker_count
     WHERE deployment_id = ANY($1) ORDER BY deployment_id FOR UPDATE`,
    [ids],
  );
}

async function writeCounts(tx: EntityManager, rows: readonly CountRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE breaker_count AS c
     SET last_success_at = u.last_success_at, failures = u.failures, failing = u.failing
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::int[])
       AS u (deployment_id, last_success_at, failures, failing)
     WHERE c.deployment_id = u.deployment_id`,
    [
      rows.map((row) => row.deployment_id),
      rows.map((row) => row.last_success_at),
      rows.map((row) => JSON.stringify(row.failures)),
      rows.map((row) => row.failures.length),
    ],
  );
}
