import { Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import type { EntityManager } from 'typeorm';

import { EntityDatabase } from '../../storage/entity-database';
import { violatedConstraint } from '../../storage/postgres-errors';
import {
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

  async addWithProject(user: NewUser, project: NewProject): Promise<void> {
    try {
      await this.database.inTransaction(() =>
        this.database.use((manager) => insertAll(manager, user, project)),
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

  findByEmailKey(emailKey: string) {
    return this.database.use(async (manager) => {
      const user = await manager.findOneBy(UserEntity, { emailKey });
      if (!user) return undefined;
      const membership = await manager.findOneOrFail(MembershipEntity, {
        where: { userId: user.id },
        order: { createdAt: 'ASC', projectId: 'ASC' },
      });
      return {
        user: toUser(user),
        passwordHash: user.passwordHash,
        membership: toMembership(membership),
      };
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
}

function toUser({ id, email, firstName, lastName, isAdmin, createdAt }: UserEntity): User {
  return { id, email, firstName, lastName, isAdmin, createdAt };
}

function toMembership({ projectId, role }: MembershipEntity): Membership {
  return { project: projectId, role };
}
