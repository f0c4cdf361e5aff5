import { Injectable } from '@nestjs/common';

import { EntityDatabase } from '../../storage/entity-database';
import type { DeploymentDetails } from '../application/deployment-store.port';
import { ScheduleQuery } from '../application/schedule-query.port';
import { DETAILS_COLUMNS, DETAILS_JOIN, type DetailsRow, toDetails } from './deployment-details';

const SCHEDULED = `
  d.status = 'active'
  AND EXISTS (SELECT FROM json_array_elements(v.triggers) t WHERE t ->> 'cronExpression' IS NOT NULL)`;

@Injectable()
export class PostgresScheduleQuery extends ScheduleQuery {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async page(
    after: string,
    limit: number,
    ids: readonly string[] | undefined,
  ): Promise<readonly DeploymentDetails[]> {
    const rows = await this.database.use((manager) =>
      manager.query<DetailsRow[]>(
        `SELECT ${DETAILS_COLUMNS} FROM ${DETAILS_JOIN}
         WHERE ${SCHEDULED} AND d.id > $1 AND ($3::text[] IS NULL OR d.id = ANY($3))
         ORDER BY d.id LIMIT $2`,
        [after, limit, ids ?? null],
      ),
    );
    return rows.map(toDetails);
  }
}
