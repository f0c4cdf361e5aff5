import { Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import type { EntityManager } from 'typeorm';

import { EntityDatabase } from '../../storage/entity-database';
import { violatedConstraint } from '../../storage/postgres-errors';
import {
  type ExternalLogin,
  type Membership,
  type NewProject,
  type NewUser,
  type User,
  UserStore,
} from '../application/user-store.port';
import { MembershipEntity } from './membership.entity';
import { ProjectEntity } from './project.entity';
import { UserEntity } from './user.entity';

@Injectable()
export class TypeormUserStore extends UserStore {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async addWithProject(
    user: NewUser,
    project: NewProject,
    external?: ExternalLogin,
  ): Promise<void> {
    try {
      await this.database.inTransaction(() =>
        this.database.use((manager) => insertAll(manager, user, project, external)),
      );
    } catch (error) {
      if (violatedConstraint(error) !== 'user_account_email_key') throw error;
      throw new DomainError(
        'EMAIL_ALREADY_EXISTS',
        'there is already an account with this e-mail; log in instead',
        {},
        { cause: error },
      );
    }
  }

  findExternal(provider: string, subject: string) {
    return this.database.use(async (manager) => {
      const [login] = await manager.query<{ user_id: string }[]>(
        'SELECT user_id FROM deployments.external_login WHERE provider = $1 AND subject = $2',
        [provider, subject],
      );
      const user = login && (await manager.findOneBy(UserEntity, { id: login.user_id }));
      if (!user) return undefined;
      return { user: toUser(user), membership: await oldestMembership(manager, user.id) };
    });
  }

  findByEmailKey(emailKey: string) {
    return this.database.use(async (manager) => {
      const user = await manager.findOneBy(UserEntity, { emailKey });
      if (!user) return undefined;
      const membership = await oldestMembership(manager, user.id);
      return { user: toUser(user), passwordHash: user.passwordHash, membership };
    });
  }

  findMember(userId: string, project: string) {
    return this.database.use(async (manager) => {
      const membership = await manager.findOneBy(MembershipEntity, { userId, projectId: project });
      const user = membership && (await manager.findOneBy(UserEntity, { id: userId }));
      return user ? { user: toUser(user), membership: toMembership(membership) } : undefined;
    });
  }
}

async function insertAll(
  manager: EntityManager,
  user: NewUser,
  project: NewProject,
  external: ExternalLogin | undefined,
): Promise<void> {
  const { createdAt } = user;
  await manager.insert(UserEntity, user);
  await manager.insert(ProjectEntity, { ...project, createdAt });
  await manager.insert(MembershipEntity, {
    userId: user.id,
    projectId: project.id,
    role: 'admin',
    createdAt,
  });
  if (external === undefined) return;
  await manager.query('INSERT INTO deployments.external_login VALUES ($1, $2, $3, $4)', [
    external.provider,
    external.subject,
    user.id,
    createdAt,
  ]);
}

async function oldestMembership(manager: EntityManager, userId: string): Promise<Membership> {
  const found = await manager.findOneOrFail(MembershipEntity, {
    where: { userId },
    order: { createdAt: 'ASC', projectId: 'ASC' },
  });
  return toMembership(found);
}

function toUser({ id, email, firstName, lastName, isAdmin, createdAt }: UserEntity): User {
  return { id, email, firstName, lastName, isAdmin, createdAt };
}

function toMembership({ projectId, role }: MembershipEntity): Membership {
  return { project: projectId, role };
}
