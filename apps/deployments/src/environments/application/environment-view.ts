import type { EnvironmentView, SecretView } from '@runnel/messaging';

import type { Environment } from '../domain/environment';
import type { SecretName } from './secret-store.port';

/** An environment as its API shows it. */
export function toEnvironmentView(environment: Environment): EnvironmentView {
  return {
    id: environment.id,
    name: environment.name,
    variables: environment.variables,
    isDefault: environment.isDefault,
    createdAt: environment.createdAt.toISOString(),
    updatedAt: environment.updatedAt.toISOString(),
  };
}

/** That there is a secret: never what it is. */
export function toSecretView({ name, updatedAt }: SecretName): SecretView {
  return { name, updatedAt: updatedAt.toISOString() };
}
