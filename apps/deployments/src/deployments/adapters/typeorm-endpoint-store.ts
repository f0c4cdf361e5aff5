import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';

import { EntityDatabase } from '../../storage/entity-database';
import {
  type Endpoint,
  type EndpointChanges,
  EndpointStore,
} from '../application/endpoint-store.port';
import { sealSecret, toEndpoint } from './endpoint-secrets';
import { WebhookEndpointEntity } from './webhook-endpoint.entity';

@Injectable()
export class TypeormEndpointStore extends EndpointStore {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async listOf(patternId: string): Promise<readonly Endpoint[]> {
    const rows = await this.database.use((manager) =>
      manager.find(WebhookEndpointEntity, { where: { patternId }, order: { id: 'ASC' } }),
    );
    return rows.map((row) => toEndpoint(this.box, row));
  }

  async change(
    patternId: string,
    id: string,
    changes: EndpointChanges,
    now: Date,
  ): Promise<Endpoint | undefined> {
    const { secret, signatureMode, requireTimestamp } = changes;
    const columns = {
      updatedAt: now,
      ...(secret === undefined ? {} : { secretBox: sealSecret(this.box, id, secret) }),
      ...(signatureMode === undefined ? {} : { signatureMode }),
      ...(requireTimestamp === undefined ? {} : { requireTimestamp }),
    };
    const row = await this.database.use(async (manager) => {
      await manager.update(WebhookEndpointEntity, { id, patternId }, columns);
      return manager.findOneBy(WebhookEndpointEntity, { id, patternId });
    });
    return row ? toEndpoint(this.box, row) : undefined;
  }
}
