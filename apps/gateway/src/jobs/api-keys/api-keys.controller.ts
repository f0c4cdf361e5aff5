import { Controller, Delete, Get, Post } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { assertOwnProject } from '../own-project';
import {
  type ApiKeyResponse,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  toApiKeyResponse,
} from './api-keys.dto';

/** contracts/jobs.md A.6; keys are valid at all doors. */
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly services: ServiceClient) {}

  @Post()
  @RequiresPermission('create-api-key')
  @Serves(createApiKey)
  async create(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof createApiKey>,
  ): Promise<ApiKeyResponse & { key: string }> {
    const { name, scopes, expires_in_days: expiresInDays, project_id: named } = body;
    assertOwnProject(identity, named);
    const { apiKey, key } = await this.services.call('svc.deployments.create-api-key', {
      identity,
      name,
      scopes,
      ...(expiresInDays !== undefined && { expiresInDays }),
    });
    return { ...toApiKeyResponse(apiKey, identity.project), key };
  }

  @Get()
  @RequiresPermission('list-api-keys')
  @Serves(listApiKeys)
  async list(@Caller() identity: Identity): Promise<readonly ApiKeyResponse[]> {
    const { items } = await this.services.call('svc.deployments.list-api-keys', { identity });
    return items.map((item) => toApiKeyResponse(item, identity.project));
  }

  @Delete(':id')
  @RequiresPermission('revoke-api-key')
  @Serves(revokeApiKey)
  async revoke(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof revokeApiKey>,
  ): Promise<void> {
    const { id } = params;
    await this.services.call('svc.deployments.revoke-api-key', { identity, id });
  }
}
