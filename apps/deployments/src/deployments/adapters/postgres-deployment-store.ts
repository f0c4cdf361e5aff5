import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@runnel/messaging';
import type { FindOptionsWhere } from 'typeorm';

import { EntityDatabase } from '../../storage/entity-database';
import { type DeploymentDetails, DeploymentStore } from '../application/deployment-store.port';
import type { Deployment } from '../domain/deployment';
import type { LiveDeployments, PatternPresence } from '../live-deployments';
import { DETAILS_COLUMNS, DETAILS_JOIN, type DetailsRow, toDetails } from './deployment-details';
import { DeploymentEntity } from './deployment.entity';

@Injectable()
export class PostgresDeploymentStore extends DeploymentStore implements LiveDeployments {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  lock(project: string, id: string): Promise<Deployment | undefined> {
    return this.lockWhere({ project, id });
  }

  lockOfPattern(patternId: string): Promise<Deployment | undefined> {
    return this.lockWhere({ patternId });
  }

  async save(deployment: Deployment): Promise<void> {
    await this.database.use((manager) =>
      manager.upsert(DeploymentEntity, toRow(deployment), { conflictPaths: ['id'] }),
    );
  }

  find(project: string, id: string): Promise<DeploymentDetails | undefined> {
    return this.findWhere('d.project_id = $1 AND d.id = $2', [project, id]);
  }

  findOfPattern(project: string, patternId: string): Promise<DeploymentDetails | undefined> {
    return this.findWhere('d.project_id = $1 AND d.pattern_id = $2', [project, patternId]);
  }

  list(
    project: string,
    status: 'active' | 'paused' | 'failed' | undefined,
    { page, limit }: PageRequest,
  ): Promise<Page<DeploymentDetails>> {
    const where = `d.project_id = $1 AND d.status <> 'undeployed' AND ($2::text IS NULL OR d.status = $2)`;
    const values = [project, status ?? null];
    return this.database.use(async (manager) => {
      const rows = await manager.query<DetailsRow[]>(
        `SELECT ${DETAILS_COLUMNS} FROM ${DETAILS_JOIN} WHERE ${where}
         ORDER BY d.created_at DESC, d.id DESC LIMIT $3 OFFSET $4`,
        [...values, limit, (page - 1) * limit],
      );
      const [count] = await manager.query<{ total: number }[]>(
        `SELECT count(*)::int AS total FROM deployments.deployment d WHERE ${where}`,
        values,
      );
      return { items: rows.map(toDetails), total: count?.total ?? 0 };
    });
  }

  async count(project: string): Promise<{ active: number; paused: number; failed: number }> {
    const rows = await this.database.use((manager) =>
      manager.query<{ status: string; n: number }[]>(
        `SELECT status, count(*)::int AS n FROM deployments.deployment
         WHERE project_id = $1 GROUP BY status`,
        [project],
      ),
    );
    const of = (status: string): number => rows.find((row) => row.status === status)?.n ?? 0;
    return { active: of('active'), paused: of('paused'), failed: of('failed') };
  }

  ofPattern(patternId: string): Promise<PatternPresence> {
    return this.database.use(async (manager) => {
      const deployment = await manager.findOneBy(DeploymentEntity, { patternId });
      const endpoints = await manager.query<{ webhook_id: string }[]>(
        'SELECT webhook_id FROM deployments.webhook_endpoint WHERE pattern_id = $1',
        [patternId],
      );
      return {
        ...(deployment ? { deployment: { id: deployment.id, status: deployment.status } } : {}),
        webhookIds: [...endpoints.map((endpoint) => endpoint.webhook_id), patternId],
      };
    });
  }

  private async lockWhere(
    where: FindOptionsWhere<DeploymentEntity>,
  ): Promise<Deployment | undefined> {
    const found = await this.database.use((manager) =>
      manager.findOne(DeploymentEntity, { where, lock: { mode: 'pessimistic_write' } }),
    );
    return found ?? undefined;
  }

  private async findWhere(
    where: string,
    values: readonly string[],
  ): Promise<DeploymentDetails | undefined> {
    const [row] = await this.database.use((manager) =>
      manager.query<DetailsRow[]>(`SELECT ${DETAILS_COLUMNS} FROM ${DETAILS_JOIN} WHERE ${where}`, [
        ...values,
      ]),
    );
    return row && toDetails(row);
  }
}

function toRow(deployment: Deployment): DeploymentEntity {
  return { ...deployment, scheduleOverrides: [...deployment.scheduleOverrides] };
}
