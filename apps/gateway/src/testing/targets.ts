import type { DeploymentTarget, WebhookTarget } from '@runnel/messaging';

/** The deployment of a pattern with a webhook, with some facts of one's own. */
export function deploymentTarget(facts: Partial<DeploymentTarget> = {}): DeploymentTarget {
  return {
    project: 'prj_1',
    deploymentId: 'dep_1',
    status: 'active',
    pattern: { id: 'pat_1', name: 'Webhook Logger' },
    versionId: 'ver_1',
    version: 3,
    triggers: [{ type: 'OnWebhook', nodeId: 'node_1' }],
    policy: {
      maxAttempts: 1,
      retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
      timeout: { ms: 5_000, scope: 'run' },
      maxCrashesWithoutProgress: 3,
    },
    ...facts,
  };
}

/** A deployed endpoint that requires signatures, with some facts of one's own. */
export function webhookTarget(facts: Partial<WebhookTarget> = {}): WebhookTarget {
  return {
    project: 'prj_1',
    endpointId: 'wep_1',
    webhookId: 'whk_1',
    patternId: 'pat_1',
    nodeId: 'node_1',
    secret: 'the secret of the endpoint',
    signatureMode: 'required',
    requireTimestamp: false,
    responseMode: 'immediate',
    deployment: deploymentTarget(),
    ...facts,
  };
}
