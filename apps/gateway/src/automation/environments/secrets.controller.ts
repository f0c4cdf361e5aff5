import { Controller, Delete, Get, Put } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, success } from '../envelopes';
import {
  deleteSecret,
  listSecrets,
  putSecret,
  type SecretResponse,
  toSecretResponse,
} from './environments.dto';

/** Secrets of an environment: write-only (contracts/automation.md E.6). */
@Controller('api/environments/:id/secrets')
export class SecretsController {
  constructor(private readonly services: ServiceClient) {}

  @Get()
  @RequiresPermission('list-secrets')
  @Serves(listSecrets)
  async list(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof listSecrets>,
  ): Promise<Envelope<readonly SecretResponse[]>> {
    const request = { identity, id: params.id };
    const { items } = await this.services.call('svc.deployments.list-secrets', request);
    return success(items.map(toSecretResponse));
  }

  @Put(':name')
  @RequiresPermission('put-secret')
  @Serves(putSecret)
  async put(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof putSecret>,
  ): Promise<Envelope<SecretResponse>> {
    const request = { identity, id: params.id, name: params.name, value: body.value };
    return success(
      toSecretResponse(await this.services.call('svc.deployments.put-secret', request)),
    );
  }

  @Delete(':name')
  @RequiresPermission('delete-secret')
  @Serves(deleteSecret)
  async delete(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof deleteSecret>,
  ): Promise<void> {
    const { id, name } = params;
    await this.services.call('svc.deployments.delete-secret', { identity, id, name });
  }
}
