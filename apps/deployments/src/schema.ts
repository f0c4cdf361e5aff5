import type { SchemaDefinition } from '@runnel/database';

import { ApiKeyEntity } from './accounts/adapters/api-key.entity';
import { MembershipEntity } from './accounts/adapters/membership.entity';
import { ProjectEntity } from './accounts/adapters/project.entity';
import { UserEntity } from './accounts/adapters/user.entity';
import { DeploymentEntity } from './deployments/adapters/deployment.entity';
import { PatternVersionEntity } from './deployments/adapters/pattern-version.entity';
import { WebhookEndpointEntity } from './deployments/adapters/webhook-endpoint.entity';
import { Accounts1767225600001 } from './migrations/1767225600001-accounts';
import { Patterns1767225600002 } from './migrations/1767225600002-patterns';
import { Deployments1767225600003 } from './migrations/1767225600003-deployments';
import { Schedules1767225600011 } from './migrations/1767225600011-schedules';
import { RunSettings1767225600020 } from './migrations/1767225600020-run-settings';
import { EnvironmentsAndConnections1767225600013 } from './migrations/1767225600013-environments-and-connections';
import { PatternEntity } from './patterns/adapters/pattern.entity';

/** The schema that this service owns. */
export const DEPLOYMENTS_SCHEMA: SchemaDefinition = {
  schema: 'deployments',
  migrations: [
    Accounts1767225600001,
    Patterns1767225600002,
    Deployments1767225600003,
    Schedules1767225600011,
    EnvironmentsAndConnections1767225600013,
    RunSettings1767225600020,
  ],
  entities: [
    ApiKeyEntity,
    DeploymentEntity,
    MembershipEntity,
    PatternEntity,
    PatternVersionEntity,
    ProjectEntity,
    UserEntity,
    WebhookEndpointEntity,
  ],
};
