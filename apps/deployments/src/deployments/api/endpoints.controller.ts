import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type ResponseOf, type WebhookEndpointView } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { EndpointsHandler } from '../application/endpoints.handler';
import { endpointSchema, endpointsSchema, updateEndpointSchema } from './deployment-requests';

@Controller()
export class EndpointsController {
  constructor(private readonly endpoints: EndpointsHandler) {}

  @Answers('svc.deployments.list-webhook-endpoints')
  async list(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.list-webhook-endpoints'>> {
    const { identity, deploymentId } = decode(endpointsSchema, request);
    return { items: await this.endpoints.list(identity, deploymentId) };
  }

  @Answers('svc.deployments.update-webhook-endpoint')
  update(@Payload() request: unknown): Promise<WebhookEndpointView> {
    const { identity, deploymentId, endpointId, ...changes } = decode(
      updateEndpointSchema,
      request,
    );
    return this.endpoints.update(identity, deploymentId, endpointId, changes);
  }

  @Answers('svc.deployments.regenerate-webhook-secret')
  regenerate(@Payload() request: unknown): Promise<WebhookEndpointView> {
    const { identity, deploymentId, endpointId } = decode(endpointSchema, request);
    return this.endpoints.regenerate(identity, deploymentId, endpointId);
  }
}
