import type { SecretBox } from '@runnel/auth';

import type { Endpoint } from '../application/endpoint-store.port';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity';

/** Ties an encrypted secret to its row. */
const placeOf = (endpointId: string): string => `webhook_endpoint/${endpointId}`;

/** The form in which an endpoint's secret is stored. */
export function sealSecret(box: SecretBox, endpointId: string, secret: string): string {
  return box.encrypt(secret, placeOf(endpointId));
}

/** @throws UnavailableError when the secret was encrypted with another RUNNEL_SECRET */
export function toEndpoint(box: SecretBox, row: WebhookEndpointEntity): Endpoint {
  return {
    id: row.id,
    project: row.project,
    patternId: row.patternId,
    nodeId: row.nodeId,
    webhookId: row.webhookId,
    secret: box.decrypt(row.secretBox, placeOf(row.id)),
    signatureMode: row.signatureMode,
    requireTimestamp: row.requireTimestamp,
    active: row.active,
  };
}
