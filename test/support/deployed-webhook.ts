import { createHmac, randomUUID } from 'node:crypto';

import type { Answer, Client } from './client';

/** A deployed pattern and the webhook endpoint that starts it. */
export interface DeployedWebhook {
  readonly patternId: string;
  readonly deploymentId: string;
  readonly webhookId: string;
  readonly secret: string;
}

/** Draws a pattern over the API, deploys it, and finds its endpoint. */
export async function deployWebhook(client: Client, graphData: unknown): Promise<DeployedWebhook> {
  const pattern = await expectStatus(
    client.post<{ data: { id: string } }>('/api/patterns', { name: 'Story', graphData }),
    201,
  );
  const patternId = pattern.body.data.id;
  const deployed = await expectStatus(
    client.post<{ data: { deploymentId: string } }>(`/api/patterns/${patternId}/deploy`, {
      nodeDefinitions: {},
    }),
    200,
  );
  const { deploymentId } = deployed.body.data;
  const endpoints = await expectStatus(
    client.get<{ data: { webhookId: string; webhookSecret: string }[] }>(
      `/api/deployments/${deploymentId}/webhook`,
    ),
    200,
  );
  const endpoint = endpoints.body.data[0];
  if (!endpoint) throw new Error('the deployment has no webhook endpoint');
  return { patternId, deploymentId, webhookId: endpoint.webhookId, secret: endpoint.webhookSecret };
}

/** Sends a signed webhook; `secret` may be another than the endpoint's. */
export async function sendWebhook(
  baseUrl: string,
  webhook: DeployedWebhook,
  body: unknown,
  options: { readonly secret?: string; readonly idempotencyKey?: string } = {},
): Promise<Answer<{ status: string; runId: string; code?: string }>> {
  const raw = JSON.stringify(body);
  const signature = createHmac('sha256', options.secret ?? webhook.secret)
    .update(raw)
    .digest('hex');
  const response = await fetch(`${baseUrl}/webhooks/${webhook.webhookId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-signature': signature,
      'x-idempotency-key': options.idempotencyKey ?? randomUUID(),
    },
    body: raw,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { status: string; runId: string },
  };
}

/** The answer, if it has that status; otherwise an error that shows what came instead. */
export async function expectStatus<T>(
  answer: Promise<Answer<T>>,
  status: number,
): Promise<Answer<T>> {
  const received = await answer;
  if (received.status !== status) {
    throw new Error(
      `expected status ${status}, got ${received.status}: ${JSON.stringify(received.body)}`,
    );
  }
  return received;
}
