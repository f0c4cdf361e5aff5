/**
 * What one may be allowed to do. Names follow contracts/pipelines.md A.9: `<what>.<how>`, and `.view` never changes
 * anything. `jobs.*` belongs to the jobs door.
 */
export const ALL_PERMISSIONS = [
  'patterns.view',
  'patterns.create',
  'patterns.edit',
  'patterns.delete',
  'patterns.run',
  'deployments.view',
  'deployments.deploy',
  'deployments.operate',
  'webhooks.view',
  'webhooks.view_secrets',
  'webhooks.edit',
  'runs.view',
  'runs.cancel',
  'runs.resume',
  'stats.view',
  'environments.view',
  'environments.edit',
  'secrets.view',
  'secrets.edit',
  'connections.view',
  'connections.create',
  'connections.edit',
  'connections.delete',
  'connections.test',
  'jobs.view',
  'jobs.edit',
  'jobs.run',
  'api_keys.manage',
  'settings.view',
] as const;
export type Permission = (typeof ALL_PERMISSIONS)[number];

/** Every command and query of the doors, and the one permission it needs. */
export const PERMISSIONS = {
  'list-nodes': 'patterns.view',
  'get-pattern': 'patterns.view',
  'list-patterns': 'patterns.view',
  'create-pattern': 'patterns.create',
  'update-pattern': 'patterns.edit',
  'delete-pattern': 'patterns.delete',
  transpile: 'patterns.edit',
  'test-run': 'patterns.edit',

  'get-pattern-deployment': 'deployments.view',
  'list-deployments': 'deployments.view',
  'get-deployment': 'deployments.view',
  'count-deployments': 'deployments.view',
  'deploy-pattern': 'deployments.deploy',
  'undeploy-pattern': 'deployments.deploy',
  'pause-deployment': 'deployments.operate',
  'resume-deployment': 'deployments.operate',
  redeploy: 'deployments.operate',

  'list-webhook-endpoints': 'webhooks.view',
  'get-webhook-snippets': 'webhooks.view_secrets',
  'update-webhook-endpoint': 'webhooks.edit',
  'regenerate-webhook-secret': 'webhooks.edit',

  'execute-deployment': 'patterns.run',
  'list-runs': 'runs.view',
  'get-run': 'runs.view',
  'list-run-events': 'runs.view',
  'list-run-output': 'runs.view',
  'watch-run': 'runs.view',
  'cancel-run': 'runs.cancel',
  'retry-run': 'runs.resume',
  'replay-run': 'runs.resume',
  'run-stats': 'stats.view',
  'health-summary': 'stats.view',

  'list-environments': 'environments.view',
  'get-environment': 'environments.view',
  'create-environment': 'environments.edit',
  'update-environment': 'environments.edit',
  'delete-environment': 'environments.edit',
  'put-variable': 'environments.edit',
  'delete-variable': 'environments.edit',
  'list-secrets': 'secrets.view',
  'put-secret': 'secrets.edit',
  'delete-secret': 'secrets.edit',

  'list-connections': 'connections.view',
  'get-connection': 'connections.view',
  'create-api-key-connection': 'connections.create',
  'create-multi-field-connection': 'connections.create',
  'start-oauth': 'connections.create',
  'finish-oauth': 'connections.create',
  'update-connection': 'connections.edit',
  'delete-connection': 'connections.delete',
  'test-connection': 'connections.test',

  'create-api-key': 'api_keys.manage',
  'list-api-keys': 'api_keys.manage',
  'revoke-api-key': 'api_keys.manage',

  'get-system-info': 'settings.view',
} as const satisfies Record<string, Permission>;

export type Command = keyof typeof PERMISSIONS;
