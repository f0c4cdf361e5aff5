import { type Identity, isAllowed } from '@runnel/auth';
import type { WebhookEndpointView } from '@runnel/messaging';

import type { WebhookNode } from '../../compiling/compile-pattern';
import type { Endpoint } from './endpoint-store.port';

/** What those see who may know the endpoint but not sign for it. */
export const MASKED_SECRET = '********';

/** An endpoint as its API shows it to `identity`; `node` is what the deployed version says of its node. */
export function toEndpointView(
  endpoint: Endpoint,
  node: WebhookNode | undefined,
  identity: Identity,
): WebhookEndpointView {
  const mayKnow = isAllowed(identity, 'webhooks.view_secrets');
  return {
    id: endpoint.id,
    nodeId: endpoint.nodeId,
    webhookAlias: node?.alias ?? endpoint.nodeId,
    webhookId: endpoint.webhookId,
    webhookSecret: mayKnow ? endpoint.secret : MASKED_SECRET,
    signatureMode: endpoint.signatureMode,
    requireTimestamp: endpoint.requireTimestamp,
    responseMode: node?.responseMode ?? 'immediate',
  };
}
