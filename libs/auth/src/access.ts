import { DomainError } from '@runnel/errors';

import type { Identity } from './identity';
import type { Permission } from './permissions';
import { ROLE_PERMISSIONS } from './roles';
import { scopeCovers, SCOPES } from './scopes';

/** Whether `identity` holds `permission` in its own project. Whose row it is must be checked besides. */
export function isAllowed(identity: Identity, permission: Permission): boolean {
  if (identity.kind === 'user') return ROLE_PERMISSIONS[identity.role].has(permission);
  return identity.scopes.some((scope) => SCOPES.get(scope)?.has(permission) === true);
}

/** @throws DomainError FORBIDDEN, naming the permission, unless `identity` holds it */
export function assertAllowed(identity: Identity, permission: Permission): void {
  if (isAllowed(identity, permission)) return;
  throw new DomainError('FORBIDDEN', `insufficient permissions: ${permission}`, { permission });
}

/** Whether `identity` may give `scope` to a new key: nobody hands out more than they hold (contracts/jobs.md A.6). */
export function mayGrantScope(identity: Identity, scope: string): boolean {
  const granted = SCOPES.get(scope);
  if (granted === undefined) return false;
  if (identity.kind === 'api_key') return identity.scopes.some((held) => scopeCovers(held, scope));
  if (identity.role === 'admin') return true;
  return granted.size > 0 && [...granted].every((permission) => isAllowed(identity, permission));
}
