import type { Identity } from '@runnel/auth';

import type { Empty } from './common';

/** A set of variables and secrets that deployments are bound to; secrets are never part of it. */
export interface EnvironmentView {
  readonly id: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly isDefault: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** That there is a secret, and since when. */
export interface SecretView {
  readonly name: string;
  readonly updatedAt: string;
}

/** What an executor tells the program of one attempt; kept in memory and nowhere else. */
export interface RunEnvironment {
  readonly environmentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, RunSecret>>;
}

/** `version` is another one after every change, and says nothing of the value. */
export interface RunSecret {
  readonly value: string;
  readonly version: string;
}

type ById = { identity: Identity; id: string };

/** Errors: ENVIRONMENT_NOT_FOUND, VARIABLE_NOT_FOUND, SECRET_NOT_FOUND, ENVIRONMENT_EXISTS, DEFAULT_ENVIRONMENT, ENVIRONMENT_IN_USE, LIMIT_EXCEEDED, VALIDATION, FORBIDDEN. */
export interface EnvironmentContracts {
  'svc.deployments.list-environments': {
    request: { identity: Identity };
    response: { items: readonly EnvironmentView[] };
  };
  'svc.deployments.get-environment': { request: ById; response: EnvironmentView };
  'svc.deployments.create-environment': {
    request: {
      identity: Identity;
      name: string;
      variables?: Readonly<Record<string, string>>;
    };
    response: EnvironmentView;
  };
  'svc.deployments.update-environment': {
    request: ById & { name?: string; variables?: Readonly<Record<string, string>> };
    response: EnvironmentView;
  };
  'svc.deployments.delete-environment': { request: ById; response: Empty };
  'svc.deployments.put-variable': {
    request: ById & { name: string; value: string };
    response: EnvironmentView;
  };
  'svc.deployments.delete-variable': { request: ById & { name: string }; response: Empty };
  'svc.deployments.list-secrets': {
    request: ById;
    response: { items: readonly SecretView[] };
  };
  'svc.deployments.put-secret': {
    request: ById & { name: string; value: string };
    response: SecretView;
  };
  'svc.deployments.delete-secret': { request: ById & { name: string }; response: Empty };
  /**
   * For executors, on behalf of nobody: the environment a run began with, else the one its deployment is bound to,
   * else the project's default one. Null when the one it began with is gone.
   */
  'svc.deployments.get-run-environment': {
    request: { project: string; deploymentId?: string; environmentId?: string };
    response: { environment: RunEnvironment | null };
  };
}
