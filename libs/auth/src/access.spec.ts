import { assertAllowed, isAllowed, mayGrantScope } from './access';
import { type Identity, ROLES, type Role } from './identity';
import { ALL_PERMISSIONS, type Permission, PERMISSIONS } from './permissions';
import { SCOPES } from './scopes';

const user = (role: Role): Identity => ({ kind: 'user', id: 'usr_1', project: 'prj_1', role });
const key = (...scopes: string[]): Identity => ({
  kind: 'api_key',
  id: 'key_1',
  project: 'prj_1',
  scopes,
});
const heldBy = (identity: Identity): Permission[] =>
  ALL_PERMISSIONS.filter((permission) => isAllowed(identity, permission));

/** a admin, e editor, o operator, v viewer: written out by hand, so that no rule can hide a mistake. */
const ROLE_TABLE: Record<Permission, string> = {
  'patterns.view': 'aeov',
  'patterns.create': 'ae',
  'patterns.edit': 'ae',
  'patterns.delete': 'ae',
  'patterns.run': 'aeo',
  'deployments.view': 'aeov',
  'deployments.deploy': 'ae',
  'deployments.operate': 'aeo',
  'webhooks.view': 'aeov',
  'webhooks.view_secrets': 'ae',
  'webhooks.edit': 'ae',
  'runs.view': 'aeov',
  'runs.cancel': 'aeo',
  'runs.resume': 'aeo',
  'stats.view': 'aeov',
  'environments.view': 'aeov',
  'environments.edit': 'ae',
  'secrets.view': 'aeov',
  'secrets.edit': 'ae',
  'connections.view': 'aeov',
  'connections.create': 'ae',
  'connections.edit': 'ae',
  'connections.delete': 'ae',
  'connections.test': 'aeo',
  'jobs.view': 'aeov',
  'jobs.edit': 'ae',
  'jobs.run': 'aeo',
  'api_keys.manage': 'a',
  'settings.view': 'aeov',
};

const SCOPE_TABLE: Record<string, Permission[]> = {
  '*': [...ALL_PERMISSIONS],
  'workflows:read': ['patterns.view', 'deployments.view', 'webhooks.view'],
  'workflows:write': [
    'patterns.create',
    'patterns.edit',
    'patterns.delete',
    'deployments.deploy',
    'deployments.operate',
  ],
  'workflows:trigger': ['patterns.run'],
  'workflows:*': [
    'patterns.view',
    'patterns.create',
    'patterns.edit',
    'patterns.delete',
    'patterns.run',
    'deployments.view',
    'deployments.deploy',
    'deployments.operate',
    'webhooks.view',
  ],
  'webhooks:read': ['webhooks.view'],
  'webhooks:write': ['webhooks.view_secrets', 'webhooks.edit'],
  'webhooks:*': ['webhooks.view', 'webhooks.view_secrets', 'webhooks.edit'],
  'jobs:read': ['jobs.view'],
  'jobs:write': ['jobs.edit'],
  'jobs:trigger': ['jobs.run'],
  'jobs:*': ['jobs.view', 'jobs.edit', 'jobs.run'],
  'runs:read': ['runs.view', 'stats.view'],
  'runs:write': ['runs.cancel', 'runs.resume'],
  'runs:*': ['runs.view', 'runs.cancel', 'runs.resume', 'stats.view'],
  'stats:read': ['stats.view'],
  'stats:*': ['stats.view'],
  'dlq:read': ['runs.view'],
  'dlq:write': ['runs.resume'],
  'dlq:*': ['runs.view', 'runs.resume'],
  'secrets:read': ['environments.view', 'secrets.view', 'connections.view'],
  'secrets:write': [
    'environments.edit',
    'secrets.edit',
    'connections.create',
    'connections.edit',
    'connections.delete',
    'connections.test',
  ],
  'secrets:*': ALL_PERMISSIONS.filter((name) =>
    /^(environments|secrets|connections)[.]/.test(name),
  ),
  'api-keys:manage': ['api_keys.manage'],
  'api-keys:*': ['api_keys.manage'],
};

describe('roles', () => {
  const cells = ROLES.flatMap((role) =>
    ALL_PERMISSIONS.map((permission) => [role, permission] as const),
  );

  it.each(cells)('%s, %s: as the table says', (role, permission) => {
    const initial = role.charAt(0);
    expect(isAllowed(user(role), permission)).toBe(ROLE_TABLE[permission].includes(initial));
  });
});

describe('scopes', () => {
  it.each([...SCOPES.keys()])('%s grants what the table says and nothing else', (scope) => {
    expect(heldBy(key(scope))).toEqual(SCOPE_TABLE[scope] ?? []);
  });

  it('add up', () => {
    expect(heldBy(key('runs:read', 'workflows:trigger'))).toEqual([
      'patterns.run',
      'runs.view',
      'stats.view',
    ]);
  });

  it.each([
    '',
    'runs',
    'runs:',
    '*:*',
    'RUNS:READ',
    'runs:read ',
    '__proto__',
    'constructor',
    'nothing:*',
  ])('that we do not know grant nothing: %p', (scope) => {
    expect(heldBy(key(scope))).toEqual([]);
  });
});

describe(assertAllowed, () => {
  it('names the permission that is missing', () => {
    expect(() => assertAllowed(user('viewer'), 'patterns.edit')).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'insufficient permissions: patterns.edit',
        details: { permission: 'patterns.edit' },
      }) as Error,
    );
    expect(() => assertAllowed(user('editor'), 'patterns.edit')).not.toThrow();
  });
});

describe('PERMISSIONS', () => {
  it('lets a viewer do nothing but read', () => {
    const commands = Object.entries(PERMISSIONS);
    const allowed = commands.filter(([, permission]) => isAllowed(user('viewer'), permission));
    expect(allowed.map(([command]) => command)).toEqual([
      'list-nodes',
      'get-pattern',
      'list-patterns',
      'get-pattern-deployment',
      'list-deployments',
      'get-deployment',
      'count-deployments',
      'preview-schedule',
      'list-webhook-endpoints',
      'list-runs',
      'get-run',
      'list-run-events',
      'list-run-output',
      'watch-run',
      'run-stats',
      'health-summary',
      'list-environments',
      'get-environment',
      'list-secrets',
      'list-connections',
      'get-connection',
      'get-system-info',
    ]);
  });
});

describe(mayGrantScope, () => {
  it.each([
    ['an admin', user('admin'), '*', true],
    ['an admin', user('admin'), 'secrets:write', true],
    ['an editor', user('editor'), 'workflows:write', true],
    ['an editor', user('editor'), 'api-keys:manage', false],
    ['an editor', user('editor'), '*', false],
    ['an editor', user('editor'), 'secrets:write', true],
    ['an editor', user('editor'), 'rbac:manage', false],
    ['a key with *', key('*'), '*', true],
    ['a key with runs:*', key('runs:*'), 'runs:read', true],
    ['a key with runs:*', key('runs:*'), 'runs:*', true],
    ['a key with runs:*', key('runs:*'), '*', false],
    ['a key with runs:read', key('runs:read'), 'runs:*', false],
    ['a key with runs:read', key('runs:read'), 'stats:read', false],
    ['an admin', user('admin'), 'nothing:*', false],
  ])('%s, %# granting %s', (_, identity, scope, expected) => {
    expect(mayGrantScope(identity, scope)).toBe(expected);
  });
});
