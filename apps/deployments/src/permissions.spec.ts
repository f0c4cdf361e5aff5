import 'reflect-metadata';

import { PERMISSIONS } from '@runnel/auth';

import { AccountsController } from './accounts/api/accounts.controller';
import { ApiKeysController } from './accounts/api/api-keys.controller';
import { ConnectionsController } from './connections/api/connections.controller';
import { CredentialsController } from './connections/api/credentials.controller';
import { DeploymentsController } from './deployments/api/deployments.controller';
import { EndpointsController } from './deployments/api/endpoints.controller';
import { ReleasesController } from './deployments/api/releases.controller';
import { SchedulesController } from './deployments/api/schedules.controller';
import { TargetsController } from './deployments/api/targets.controller';
import { EnvironmentsController } from './environments/api/environments.controller';
import { SecretsController } from './environments/api/secrets.controller';
import { PatternsController } from './patterns/api/patterns.controller';

const CONTROLLERS = [
  AccountsController,
  ApiKeysController,
  ConnectionsController,
  CredentialsController,
  DeploymentsController,
  EndpointsController,
  EnvironmentsController,
  PatternsController,
  ReleasesController,
  SchedulesController,
  SecretsController,
  TargetsController,
];

/** Asked by services for themselves, or by people who have no identity yet: they name no one who could lack a permission. */
const WITHOUT_PERMISSION = [
  'authenticate',
  'authorize-request',
  'capture-event',
  'get-account',
  'get-program',
  'get-run-environment',
  'is-token-revoked',
  'list-schedules',
  'login-with-github',
  'register',
  'resolve-api-key',
  'resolve-deployment',
  'resolve-webhook',
  'revoke-token',
  'trip-breaker',
];

function verbs(): string[] {
  return CONTROLLERS.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      const patterns: unknown =
        typeof method === 'function' && Reflect.getMetadata('microservices:pattern', method);
      return Array.isArray(patterns) ? patterns.map(String) : [];
    }),
  ).map((subject) => subject.replace('svc.deployments.', ''));
}

describe('questions this service answers', () => {
  it('need a permission each, or are on the list of those that cannot', () => {
    const open = verbs().filter((verb) => !Object.hasOwn(PERMISSIONS, verb));
    expect(open.sort()).toEqual(WITHOUT_PERMISSION);
    expect(verbs().length).toBeGreaterThan(WITHOUT_PERMISSION.length + 15);
  });
});
