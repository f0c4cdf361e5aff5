import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { type ConnectionTestResult, ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import {
  type ConnectionResponse,
  createApiKey,
  createMultiField,
  deleteConnection,
  getConnection,
  listConnections,
  testConnection,
  toConnectionAuth,
  toConnectionResponse,
  updateConnection,
} from './connections.dto';

/** A call to somebody else's server is waited for. */
const TEST_TIMEOUT_MS = 15_000;

/** Connections (contracts/automation.md E.5; Decisions 6: one resource for two doors, bare). */
@Controller('api/connections')
export class ConnectionsController {
  constructor(private readonly services: ServiceClient) {}

  @Get()
  @RequiresPermission('list-connections')
  @Serves(listConnections)
  async list(@Caller() identity: Identity): Promise<readonly ConnectionResponse[]> {
    const { items } = await this.services.call('svc.deployments.list-connections', { identity });
    return items.map(toConnectionResponse);
  }

  @Get(':id')
  @RequiresPermission('get-connection')
  @Serves(getConnection)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getConnection>,
  ): Promise<ConnectionResponse> {
    const request = { identity, id: params.id };
    return toConnectionResponse(
      await this.services.call('svc.deployments.get-connection', request),
    );
  }

  @Post('api-key')
  @RequiresPermission('create-api-key-connection')
  @Serves(createApiKey)
  async createApiKey(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof createApiKey>,
  ): Promise<ConnectionResponse> {
    const { apiKey, seedSecret } = body;
    const request = {
      identity,
      ...described(body),
      apiKey,
      ...(seedSecret !== undefined && { seedSecret }),
    };
    return toConnectionResponse(
      await this.services.call('svc.deployments.create-api-key-connection', request),
    );
  }

  @Post('multi-field')
  @RequiresPermission('create-multi-field-connection')
  @Serves(createMultiField)
  async createMultiField(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof createMultiField>,
  ): Promise<ConnectionResponse> {
    const request = { identity, ...described(body), fields: body.fields };
    return toConnectionResponse(
      await this.services.call('svc.deployments.create-multi-field-connection', request),
    );
  }

  @Patch(':id')
  @RequiresPermission('update-connection')
  @Serves(updateConnection)
  async update(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof updateConnection>,
  ): Promise<ConnectionResponse> {
    const { apiKey, fields } = body;
    const changed = await this.services.call('svc.deployments.update-connection', {
      identity,
      id: params.id,
      ...shared(body),
      ...(apiKey !== undefined && { apiKey }),
      ...(fields !== undefined && { fields }),
    });
    return toConnectionResponse(changed);
  }

  @Delete(':id')
  @RequiresPermission('delete-connection')
  @Serves(deleteConnection)
  async delete(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof deleteConnection>,
  ): Promise<void> {
    await this.services.call('svc.deployments.delete-connection', { identity, id: params.id });
  }

  @Post(':id/test')
  @RequiresPermission('test-connection')
  @Serves(testConnection)
  async test(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof testConnection>,
  ): Promise<ConnectionTestResult> {
    const url = body?.url;
    const request = { identity, id: params.id, ...(url !== undefined && { url }) };
    return this.services.call('svc.deployments.test-connection', request, {
      timeoutMs: TEST_TIMEOUT_MS,
    });
  }
}

type Shared = Pick<
  InputOf<typeof updateConnection>['body'],
  'displayName' | 'allowedHosts' | 'auth'
>;

function described(body: Shared & { readonly provider: string }) {
  return { provider: body.provider, ...shared(body) };
}

function shared({ displayName, allowedHosts, auth }: Shared) {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(auth !== undefined && { auth: toConnectionAuth(auth) }),
  };
}
