import type { Identity } from '@runnel/auth';

import type { Empty } from './common';

/** How a connection's credential is put into a request. `field` names a field of a connection with several. */
export type ConnectionAuth =
  | { readonly scheme: 'bearer'; readonly field?: string }
  | {
      readonly scheme: 'header';
      readonly header: string;
      readonly prefix?: string;
      readonly field?: string;
    }
  | { readonly scheme: 'basic'; readonly usernameField?: string; readonly passwordField?: string };

export type ConnectionType = 'oauth' | 'api_key' | 'multi_field';
export type ConnectionStatus = 'active' | 'expired' | 'revoked' | 'invalid';

/** A connection as its API shows it: no credential. */
export interface ConnectionView {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string;
  readonly type: ConnectionType;
  readonly status: ConnectionStatus;
  readonly scopes?: readonly string[];
  /** Hosts that the credential may be sent to. */
  readonly allowedHosts: readonly string[];
  readonly auth: ConnectionAuth;
  /** Names of the fields of a connection with several. */
  readonly fields?: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ConnectionTestResult {
  readonly success: boolean;
  readonly message?: string;
  readonly error?: string;
  /** HTTP status of the answer, when a URL was called. */
  readonly status?: number;
}

type ById = { identity: Identity; id: string };
type Common = {
  identity: Identity;
  provider: string;
  displayName?: string;
  allowedHosts?: readonly string[];
  auth?: ConnectionAuth;
};

/**
 * Errors: CONNECTION_NOT_FOUND, CONNECTION_HOST_NOT_ALLOWED, CONNECTION_EXPIRED, PROVIDER_NOT_FOUND, OAUTH_STATE_INVALID,
 * OAUTH_FAILED, LIMIT_EXCEEDED, VALIDATION, FORBIDDEN.
 */
export interface ConnectionContracts {
  'svc.deployments.list-connections': {
    request: { identity: Identity };
    response: { items: readonly ConnectionView[] };
  };
  'svc.deployments.get-connection': { request: ById; response: ConnectionView };
  'svc.deployments.create-api-key-connection': {
    request: Common & { apiKey: string; seedSecret?: boolean };
    response: ConnectionView;
  };
  'svc.deployments.create-multi-field-connection': {
    request: Common & { fields: Readonly<Record<string, string>> };
    response: ConnectionView;
  };
  'svc.deployments.update-connection': {
    request: ById & {
      displayName?: string;
      apiKey?: string;
      fields?: Readonly<Record<string, string>>;
      allowedHosts?: readonly string[];
      auth?: ConnectionAuth;
    };
    response: ConnectionView;
  };
  'svc.deployments.delete-connection': { request: ById; response: Empty };
  'svc.deployments.test-connection': {
    request: ById & { url?: string };
    response: ConnectionTestResult;
  };
  'svc.deployments.start-oauth': {
    request: { identity: Identity; provider: string; redirectUri: string; displayName?: string };
    /** Where the user's browser goes. */
    response: { url: string };
  };
  'svc.deployments.finish-oauth': {
    request: {
      identity: Identity;
      provider: string;
      state: string;
      code?: string;
      error?: string;
    };
    response: ConnectionView;
  };
  /**
   * For executors, on behalf of nobody: the headers that authenticate one request to `url`, after a refresh where it is
   * due, and the texts that must not show anywhere.
   */
  'svc.deployments.authorize-request': {
    request: { project: string; connectionId: string; url: string };
    response: { headers: Readonly<Record<string, string>>; secrets: readonly string[] };
  };
}
