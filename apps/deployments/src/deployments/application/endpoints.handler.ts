import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { isId, randomToken } from '@runnel/ids';
import type { WebhookEndpointView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { deploymentNotFound } from '../domain/deployment';
import { type DeploymentDetails, DeploymentStore } from './deployment-store.port';
import { type EndpointChanges, EndpointStore } from './endpoint-store.port';
import { toEndpointView } from './endpoint-view';

/** Shown as 64 hex characters. */
const SECRET_BYTES = 32;

/** The webhook endpoints of a deployment. */
@Injectable()
export class EndpointsHandler {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly endpoints: EndpointStore,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /** One per webhook node of the deployed version, in node order. @throws DomainError NOT_FOUND, FORBIDDEN */
  async list(identity: Identity, deploymentId: string): Promise<readonly WebhookEndpointView[]> {
    assertAllowed(identity, PERMISSIONS['list-webhook-endpoints']);
    const deployment = await this.deploymentOf(identity, deploymentId);
    const endpoints = await this.endpoints.listOf(deployment.patternId);
    return deployment.webhookNodes.flatMap((node) =>
      endpoints
        .filter((endpoint) => endpoint.nodeId === node.nodeId)
        .map((endpoint) => toEndpointView(endpoint, node, identity)),
    );
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN */
  update(
    identity: Identity,
    deploymentId: string,
    endpointId: string,
    changes: Pick<EndpointChanges, 'signatureMode' | 'requireTimestamp'>,
  ): Promise<WebhookEndpointView> {
    assertAllowed(identity, PERMISSIONS['update-webhook-endpoint']);
    return this.change(identity, deploymentId, endpointId, changes);
  }

  /** The old secret is good for nothing from now on. @throws DomainError NOT_FOUND, FORBIDDEN */
  regenerate(
    identity: Identity,
    deploymentId: string,
    endpointId: string,
  ): Promise<WebhookEndpointView> {
    assertAllowed(identity, PERMISSIONS['regenerate-webhook-secret']);
    const secret = randomToken(SECRET_BYTES);
    return this.change(identity, deploymentId, endpointId, { secret });
  }

  private async change(
    identity: Identity,
    deploymentId: string,
    endpointId: string,
    changes: EndpointChanges,
  ): Promise<WebhookEndpointView> {
    const { patternId, webhookNodes } = await this.deploymentOf(identity, deploymentId);
    const endpoint = isId('webhookEndpoint', endpointId)
      ? await this.endpoints.change(patternId, endpointId, changes, this.clock.now())
      : undefined;
    if (!endpoint) throw new DomainError('NOT_FOUND', 'Webhook endpoint not found');
    await this.notices.changed({
      project: identity.project,
      webhookIds: [endpoint.webhookId, patternId],
    });
    const node = webhookNodes.find(({ nodeId }) => nodeId === endpoint.nodeId);
    return toEndpointView(endpoint, node, identity);
  }

  private async deploymentOf(identity: Identity, id: string): Promise<DeploymentDetails> {
    const found = isId('deployment', id)
      ? await this.deployments.find(identity.project, id)
      : undefined;
    if (!found) throw deploymentNotFound();
    return found;
  }
}
