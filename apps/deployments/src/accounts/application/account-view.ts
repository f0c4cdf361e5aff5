import type { Account, ApiKeyView } from '@runnel/messaging';

import type { ApiKey } from './api-key-store.port';
import type { Membership, User } from './user-store.port';

/** A user as other services see them: without the password's hash. */
export function toAccount(user: User, { project, role }: Membership): Account {
  return {
    user: {
      id: user.id,
      email: user.email,
      firstName: user.firstName,
      lastName: user.lastName,
      role: user.isAdmin ? 'admin' : 'user',
      createdAt: user.createdAt.toISOString(),
    },
    project,
    role,
  };
}

/** An API key as its API shows it: without its hash. */
export function toApiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    keyPrefix: key.keyPrefix,
    scopes: key.scopes,
    createdAt: key.createdAt.toISOString(),
    ...(key.expiresAt ? { expiresAt: key.expiresAt.toISOString() } : {}),
    ...(key.lastUsedAt ? { lastUsedAt: key.lastUsedAt.toISOString() } : {}),
    ...(key.revokedAt ? { revokedAt: key.revokedAt.toISOString() } : {}),
  };
}
