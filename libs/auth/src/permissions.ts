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
  'update-schedule': 'deployments.operate',
  'preview-schedule': 'deployments.view',
  'update-deployment': 'deployments.operate',

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

  'create-api-key': 'api_keys.manage',
  'list-api-keys': 'api_keys.manage',
  'revoke-api-key': 'api_keys.manage',

  'get-system-info': 'settings.view',
} as const satisfies Record<string, Permission>;

export type Command = keyof typeof PERMISSIONS;
