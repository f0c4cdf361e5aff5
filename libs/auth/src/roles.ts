import type { Role } from './identity';
import { ALL_PERMISSIONS, type Permission } from './permissions';

const VIEWS = ALL_PERMISSIONS.filter((permission) => permission.endsWith('.view'));

/** What each role of a project grants (contracts/pipelines.md A.9, carried over to patterns and deployments). */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  admin: new Set(ALL_PERMISSIONS),
  editor: new Set(ALL_PERMISSIONS.filter((permission) => permission !== 'api_keys.manage')),
  operator: new Set<Permission>([
    ...VIEWS,
    'patterns.run',
    'deployments.operate',
    'runs.cancel',
    'runs.resume',
    'connections.test',
    'jobs.run',
  ]),
  viewer: new Set(VIEWS),
};
