import { describeApiKey, hashPassword } from '@runnel/auth';
import { isAppError } from '@runnel/errors';
import { newId } from '@runnel/ids';

import type { SeedConfig } from '../config';
import type { EntityDatabase } from '../storage/entity-database';
import { ApiKeyEntity } from './adapters/api-key.entity';
import { TypeormUserStore } from './adapters/typeorm-user-store';
import { emailKey } from './domain/registration';

/**
 * Makes the administrator, their project and a key to it, as far as they are given and not there yet. What is there
 * stays as it is: a password that was changed since is not changed back.
 * @returns one line that says what was done
 */
export async function seedAccounts(
  database: EntityDatabase,
  { admin, apiKey }: SeedConfig,
  now: Date,
): Promise<string> {
  if (!admin) return 'nothing to seed: RUNNEL_ADMIN_EMAIL is not set';
  const users = new TypeormUserStore(database);
  const isNew = await addAdmin(users, admin, now);
  const key = emailKey(admin.email);
  const found = await users.findByEmailKey(key);
  if (!found) throw new Error(`the account ${admin.email} vanished while it was being made`);
  if (apiKey) await addKey(database, found.membership.project, found.user.id, apiKey.reveal(), now);
  return `${isNew ? 'made' : 'found'} the account ${admin.email}`;
}

async function addAdmin(
  users: TypeormUserStore,
  admin: NonNullable<SeedConfig['admin']>,
  now: Date,
): Promise<boolean> {
  const key = emailKey(admin.email);
  if (await users.findByEmailKey(key)) return false;
  const user = {
    id: newId('user'),
    email: admin.email,
    emailKey: key,
    firstName: 'Runnel',
    lastName: 'Administrator',
    isAdmin: true,
    passwordHash: await hashPassword(admin.password.reveal()),
    createdAt: now,
  };
  try {
    await users.addWithProject(user, { id: newId('project'), name: 'Default' });
    return true;
  } catch (error) {
    if (isAppError(error, 'EMAIL_ALREADY_EXISTS')) return false; // another seed was faster
    throw error;
  }
}

async function addKey(
  database: EntityDatabase,
  project: string,
  createdBy: string,
  apiKey: string,
  now: Date,
): Promise<void> {
  const { hash, prefix } = describeApiKey(apiKey);
  await database.use((manager) =>
    manager
      .createQueryBuilder()
      .insert()
      .into(ApiKeyEntity)
      .values({
        id: newId('apiKey'),
        project,
        name: 'First key',
        keyHash: hash,
        keyPrefix: prefix,
        scopes: ['*'],
        createdBy,
        createdAt: now,
      })
      .orIgnore()
      .execute(),
  );
}
