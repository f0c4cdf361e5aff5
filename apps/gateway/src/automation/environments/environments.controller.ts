import { Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, success } from '../envelopes';
import {
  createEnvironment,
  deleteEnvironment,
  deleteVariable,
  type EnvironmentResponse,
  getEnvironment,
  listEnvironments,
  putVariable,
  toEnvironmentResponse,
  updateEnvironment,
} from './environments.dto';

/** Environments and their variables (contracts/automation.md E.6). */
@Controller('api/environments')
export class EnvironmentsController {
  constructor(private readonly services: ServiceClient) {}

  @Get()
  @RequiresPermission('list-environments')
  @Serves(listEnvironments)
  async list(@Caller() identity: Identity): Promise<Envelope<readonly EnvironmentResponse[]>> {
    const { items } = await this.services.call('svc.deployments.list-environments', { identity });
    return success(items.map(toEnvironmentResponse));
  }

  @Post()
  @RequiresPermission('create-environment')
  @Serves(createEnvironment)
  async create(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof createEnvironment>,
  ): Promise<Envelope<EnvironmentResponse>> {
    const { name, variables } = body;
    const request = { identity, name, ...(variables !== undefined && { variables }) };
    const created = await this.services.call('svc.deployments.create-environment', request);
    return success(toEnvironmentResponse(created));
  }

  @Get(':id')
  @RequiresPermission('get-environment')
  @Serves(getEnvironment)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getEnvironment>,
  ): Promise<Envelope<EnvironmentResponse>> {
    const request = { identity, id: params.id };
    const found = await this.services.call('svc.deployments.get-environment', request);
    return success(toEnvironmentResponse(found));
  }

  @Patch(':id')
  @RequiresPermission('update-environment')
  @Serves(updateEnvironment)
  async update(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof updateEnvironment>,
  ): Promise<Envelope<EnvironmentResponse>> {
    const { name, variables } = body;
    const changed = await this.services.call('svc.deployments.update-environment', {
      identity,
      id: params.id,
      ...(name !== undefined && { name }),
      ...(variables !== undefined && { variables }),
    });
    return success(toEnvironmentResponse(changed));
  }

  @Delete(':id')
  @RequiresPermission('delete-environment')
  @Serves(deleteEnvironment)
  async delete(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof deleteEnvironment>,
  ): Promise<void> {
    await this.services.call('svc.deployments.delete-environment', { identity, id: params.id });
  }

  @Put(':id/variables/:name')
  @RequiresPermission('put-variable')
  @Serves(putVariable)
  async putVariable(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof putVariable>,
  ): Promise<Envelope<EnvironmentResponse>> {
    const request = { identity, id: params.id, name: params.name, value: body.value };
    const changed = await this.services.call('svc.deployments.put-variable', request);
    return success(toEnvironmentResponse(changed));
  }

  @Delete(':id/variables/:name')
  @RequiresPermission('delete-variable')
  @Serves(deleteVariable)
  async deleteVariable(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof deleteVariable>,
  ): Promise<void> {
    const { id, name } = params;
    await this.services.call('svc.deployments.delete-variable', { identity, id, name });
  }
}
