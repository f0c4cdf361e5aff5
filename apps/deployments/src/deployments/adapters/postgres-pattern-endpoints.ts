import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';
import { newId, randomToken } from '@runnel/ids';
import { type EntityManager, In } from 'typeorm';

import { Clock } from '../../clock/clock';
import { EntityDatabase } from '../../storage/entity-database';
import { PatternEndpoints } from '../pattern-endpoints';
import { sealSecret } from './endpoint-secrets';
import { WebhookEndpointEntity } from './webhook-endpoint.entity';

/** `whk_` + 128 random bits: whoever knows the URL may send. */
const WEBHOOK_ID_BYTES = 16;
const SECRET_BYTES = 32;
/** Endpoints of removed nodes that a pattern keeps, in case the node comes back; the longest at rest go first. */
const MAX_RESTING = 100;

interface ChangedRow {
  readonly webhook_id: string;
}

@Injectable()
export class PostgresPatternEndpoints extends PatternEndpoints {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {
    super();
  }

  sync(
    pattern: { readonly id: string; readonly project: string },
    nodeIds: readonly string[],
  ): Promise<readonly string[]> {
    const now = this.clock.now();
    return this.database.use(async (manager) => {
      const changed = [
        ...(await switchActive(manager, pattern.id, nodeIds, now)),
        ...(await this.addMissing(manager, pattern, nodeIds, now)),
        ...(await dropRested(manager, pattern.id)),
      ];
      // Asked for by the pattern's id, the answer depends on how many endpoints there are.
      return changed.length > 0 ? [...changed, pattern.id] : [];
    });
  }

  private async addMissing(
    manager: EntityManager,
    pattern: { readonly id: string; readonly project: string },
    nodeIds: readonly string[],
    now: Date,
  ): Promise<string[]> {
    if (nodeIds.length === 0) return [];
    const present = await manager.find(WebhookEndpointEntity, {
      select: { nodeId: true },
      where: { patternId: pattern.id, nodeId: In([...nodeIds]) },
    });
    const known = new Set(present.map(({ nodeId }) => nodeId));
    const rows = nodeIds
      .filter((nodeId) => !known.has(nodeId))
      .map((nodeId) => this.newRow(pattern, nodeId, now));
    if (rows.length > 0) await manager.insert(WebhookEndpointEntity, rows);
    return rows.map(({ webhookId }) => webhookId);
  }

  private newRow(
    pattern: { readonly id: string; readonly project: string },
    nodeId: string,
    now: Date,
  ): WebhookEndpointEntity {
    const id = newId('webhookEndpoint');
    return {
      id,
      project: pattern.project,
      patternId: pattern.id,
      nodeId,
      webhookId: `whk_${randomToken(WEBHOOK_ID_BYTES)}`,
      secretBox: sealSecret(this.box, id, randomToken(SECRET_BYTES)),
      signatureMode: 'required',
      requireTimestamp: false,
      active: true,
      createdAt: now,
      updatedAt: now,
    };
  }
}

async function switchActive(
  manager: EntityManager,
  patternId: string,
  nodeIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = await manager.query<ChangedRow[]>(
    `WITH changed AS (
       UPDATE deployments.webhook_endpoint
       SET active = (node_id = ANY($2::text[])), updated_at = $3
       WHERE pattern_id = $1 AND active <> (node_id = ANY($2::text[]))
       RETURNING webhook_id)
     SELECT webhook_id FROM changed`,
    [patternId, nodeIds, now],
  );
  return rows.map((row) => row.webhook_id);
}

/** Never one of the deployed version. */
async function dropRested(manager: EntityManager, patternId: string): Promise<string[]> {
  const rows = await manager.query<ChangedRow[]>(
    `WITH resting AS (
       SELECT e.id FROM deployments.webhook_endpoint e
       WHERE e.pattern_id = $1 AND NOT e.active AND NOT EXISTS (
         SELECT FROM deployments.deployment d
         JOIN deployments.pattern_version v ON v.id = d.version_id
         CROSS JOIN LATERAL json_array_elements(v.webhook_nodes) AS node
         WHERE d.pattern_id = $1 AND node->>'nodeId' = e.node_id)
       ORDER BY e.updated_at DESC, e.id DESC OFFSET $2),
     dropped AS (
       DELETE FROM deployments.webhook_endpoint e USING resting
       WHERE e.id = resting.id RETURNING e.webhook_id)
     SELECT webhook_id FROM dropped`,
    [patternId, MAX_RESTING],
  );
  return rows.map((row) => row.webhook_id);
}
