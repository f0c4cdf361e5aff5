import { ALL_PERMISSIONS, type Permission } from './permissions';

/**
 * Scopes of API keys (contracts/jobs.md A.6) and what each grants. A pattern is a workflow; `runs:*` and `stats:*`
 * reach over all doors. Scopes without permissions are of the contract, but guard nothing that exists yet.
 */
const SCOPE_PERMISSIONS: Readonly<Record<string, readonly Permission[]>> = {
  'workflows:read': ['patterns.view', 'deployments.view', 'webhooks.view'],
  'workflows:write': [
    'patterns.create',
    'patterns.edit',
    'patterns.delete',
    'deployments.deploy',
    'deployments.operate',
  ],
  'workflows:trigger': ['patterns.run'],
  'webhooks:read': ['webhooks.view'],
  'webhooks:write': ['webhooks.edit', 'webhooks.view_secrets'],
  'jobs:read': ['jobs.view'],
  'jobs:write': ['jobs.edit'],
  'jobs:trigger': ['jobs.run'],
  'runs:read': ['runs.view', 'stats.view'],
  'runs:write': ['runs.cancel', 'runs.resume'],
  'stats:read': ['stats.view'],
  'dlq:read': ['runs.view'],
  'dlq:write': ['runs.resume'],
  'api-keys:manage': ['api_keys.manage'],
  'secrets:read': ['environments.view', 'secrets.view', 'connections.view'],
  'secrets:write': [
    'environments.edit',
    'secrets.edit',
    'connections.create',
    'connections.edit',
    'connections.delete',
    'connections.test',
  ],
  'projects:read': [],
  'projects:write': [],
  'projects:manage': [],
  'rbac:manage': [],
  'workers:connect': [],
  'outbox:read': [],
  'outbox:write': [],
};

/** Every scope a key may hold, `<what>:*` and `*` included, with all it grants. */
export const SCOPES: ReadonlyMap<string, ReadonlySet<Permission>> = expandWildcards();

/** Whether holding `held` includes `scope`: the same, all of its kind, or all. */
export function scopeCovers(held: string, scope: string): boolean {
  if (held === '*' || held === scope) return true;
  return held.endsWith(':*') && scope.startsWith(held.slice(0, -1));
}

function expandWildcards(): Map<string, Set<Permission>> {
  const scopes = new Map<string, Set<Permission>>([['*', new Set(ALL_PERMISSIONS)]]);
  for (const [scope, permissions] of Object.entries(SCOPE_PERMISSIONS)) {
    const wildcard = `${scope.slice(0, scope.indexOf(':'))}:*`;
    scopes.set(scope, new Set(permissions));
    scopes.set(wildcard, new Set([...(scopes.get(wildcard) ?? []), ...permissions]));
  }
  return scopes;
}
