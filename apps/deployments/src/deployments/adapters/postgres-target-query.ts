import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';
import type { SignatureMode } from '@runnel/messaging';

import { EntityDatabase } from '../../storage/entity-database';
import { type EndpointWithDeployment, TargetQuery } from '../application/target-query.port';
import { DETAILS_COLUMNS, DETAILS_JOIN, type DetailsRow, toDetails } from './deployment-details';
import { toEndpoint } from './endpoint-secrets';

interface EndpointRow {
  readonly e_id: string;
  readonly e_project_id: string;
  readonly e_pattern_id: string;
  readonly e_node_id: string;
  readonly e_webhook_id: string;
  readonly e_secret_box: string;
  readonly e_signature_mode: SignatureMode;
  readonly e_require_timestamp: boolean;
  readonly e_active: boolean;
  readonly e_created_at: Date;
  readonly e_updated_at: Date;
}

type Row = EndpointRow & (DetailsRow | { readonly d_id: null });

const SELECT = `
  SELECT e.id AS e_id, e.project_id AS e_project_id, e.pattern_id AS e_pattern_id, e.node_id AS e_node_id,
    e.webhook_id AS e_webhook_id, e.secret_box AS e_secret_box, e.signature_mode AS e_signature_mode,
    e.require_timestamp AS e_require_timestamp, e.active AS e_active, e.created_at AS e_created_at,
    e.updated_at AS e_updated_at, ${DETAILS_COLUMNS}
  FROM deployments.webhook_endpoint e
  LEFT JOIN (${DETAILS_JOIN}) ON d.pattern_id = e.pattern_id`;

@Injectable()
export class PostgresTargetQuery extends TargetQuery {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async byWebhookId(webhookId: string): Promise<EndpointWithDeployment | undefined> {
    const [row] = await this.select('e.webhook_id = $1', webhookId);
    return row && this.toResult(row);
  }

  async byPatternId(patternId: string): Promise<readonly EndpointWithDeployment[]> {
    const rows = await this.select('e.pattern_id = $1', patternId);
    return rows.map((row) => this.toResult(row));
  }

  private select(where: string, value: string): Promise<Row[]> {
    return this.database.use((manager) =>
      manager.query<Row[]>(`${SELECT} WHERE ${where}`, [value]),
    );
  }

  private toResult(row: Row): EndpointWithDeployment {
    const endpoint = toEndpoint(this.box, {
      id: row.e_id,
      project: row.e_project_id,
      patternId: row.e_pattern_id,
      nodeId: row.e_node_id,
      webhookId: row.e_webhook_id,
      secretBox: row.e_secret_box,
      signatureMode: row.e_signature_mode,
      requireTimestamp: row.e_require_timestamp,
      active: row.e_active,
      createdAt: row.e_created_at,
      updatedAt: row.e_updated_at,
    });
    return { endpoint, deployment: row.d_id === null ? undefined : toDetails(row) };
  }
}
