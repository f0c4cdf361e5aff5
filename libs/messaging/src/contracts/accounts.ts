import type { Identity, Role } from '@runnel/auth';

import type { Empty } from './common';

export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: 'user' | 'admin';
  readonly createdAt: string;
}

/** A user together with the project the credential speaks for. */
export interface Account {
  readonly user: UserView;
  readonly project: string;
  readonly role: Role;
}

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  /** First 12 characters of the key. */
  readonly keyPrefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** Users, sessions and API keys. Errors: EMAIL_ALREADY_EXISTS, REGISTRATION_CLOSED, INVALID_CREDENTIALS, NOT_FOUND, FORBIDDEN, VALIDATION. */
export interface AccountContracts {
  'svc.deployments.register': {
    request: { email: string; password: string; firstName: string; lastName: string };
    response: Account;
  };
  /** Same text and timing for an unknown login and a wrong password. */
  'svc.deployments.authenticate': {
    request: { login: string; password: string };
    response: Account;
  };
  /** For the code of GitHub's authorization; makes the account at the first login. Also OAUTH_NOT_CONFIGURED, OAUTH_FAILED. */
  'svc.deployments.login-with-github': { request: { code: string }; response: Account };
  'svc.deployments.get-account': {
    request: { userId: string; project: string };
    response: Account;
  };
  'svc.deployments.revoke-token': { request: { jti: string; expiresAt: string }; response: Empty };
  'svc.deployments.is-token-revoked': { request: { jti: string }; response: { revoked: boolean } };
  'svc.deployments.create-api-key': {
    request: {
      identity: Identity;
      name: string;
      scopes: readonly string[];
      expiresInDays?: number;
    };
    /** `key` is shown this once. */
    response: { apiKey: ApiKeyView; key: string };
  };
  'svc.deployments.list-api-keys': {
    request: { identity: Identity };
    response: { items: readonly ApiKeyView[] };
  };
  'svc.deployments.revoke-api-key': {
    request: { identity: Identity; id: string };
    response: Empty;
  };
  /** By the hash of the raw key; null when unknown, revoked or expired. */
  'svc.deployments.resolve-api-key': {
    request: { keyHash: string };
    /** `expiresAt`: whoever caches the identity must not use it from then on. */
    response: { identity: Identity | null; expiresAt?: string };
  };
}
