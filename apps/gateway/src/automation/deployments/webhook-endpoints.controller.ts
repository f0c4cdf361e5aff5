import { Controller, Get, Inject, Patch, Post } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { CONFIG, type GatewayConfig } from '../../config';
import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, success } from '../envelopes';
import {
  type EndpointResponse,
  listEndpoints,
  regenerateSecret,
  toEndpointResponse,
  updateEndpoint,
} from './deployments.dto';

/** contracts/automation.md D, 11 and 12, and Decisions 8. */
@Controller('api/deployments/:id/webhook')
export class WebhookEndpointsController {
  constructor(
    private readonly services: ServiceClient,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @RequiresPermission('list-webhook-endpoints')
  @Serves(listEndpoints)
  async list(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof listEndpoints>,
  ): Promise<Envelope<readonly EndpointResponse[]>> {
    const request = { identity, deploymentId: params.id };
    const { items } = await this.services.call('svc.deployments.list-webhook-endpoints', request);
    return success(items.map((item) => toEndpointResponse(item, this.config.RUNNEL_PUBLIC_URL)));
  }

  @Post('regenerate')
  @RequiresPermission('regenerate-webhook-secret')
  @Serves(regenerateSecret)
  async regenerate(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof regenerateSecret>,
  ): Promise<Envelope<object>> {
    const { webhookSecret } = await this.services.call(
      'svc.deployments.regenerate-webhook-secret',
      { identity, deploymentId: params.id, endpointId: body.endpointId },
    );
    return success({ webhookSecret });
  }

  @Patch(':endpointId')
  @RequiresPermission('update-webhook-endpoint')
  @Serves(updateEndpoint)
  async update(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof updateEndpoint>,
  ): Promise<Envelope<EndpointResponse>> {
    const { signatureMode, requireTimestamp } = body;
    const updated = await this.services.call('svc.deployments.update-webhook-endpoint', {
      identity,
      deploymentId: params.id,
      endpointId: params.endpointId,
      ...(signatureMode !== undefined && { signatureMode }),
      ...(requireTimestamp !== undefined && { requireTimestamp }),
    });
    return success(toEndpointResponse(updated, this.config.RUNNEL_PUBLIC_URL));
  }
}
