import 'reflect-metadata';

import { hashApiKey, verifyPassword } from '@runnel/auth';
import { Secret } from '@runnel/config';
import { createDataSource, migrate } from '@runnel/database';
import { startTestPostgres, type TestPostgres } from '@runnel/testing';
import type { DataSource } from 'typeorm';

import { readSeedConfig } from '../config';
import { DEPLOYMENTS_SCHEMA } from '../schema';
import { EntityDatabase } from '../storage/entity-database';
import { seedAccounts } from './seed-accounts';

let postgres: TestPostgres;
let source: DataSource;
let database: EntityDatabase;

const connect = () =>
  createDataSource(new Secret(postgres.url), DEPLOYMENTS_SCHEMA, { applicationName: 'test' });
const NOW = new Date('2026-03-05T12:00:00.000Z');
const seed = (environment: Record<string, string>) =>
  seedAccounts(
    database,
    readSeedConfig({ RUNNEL_DATABASE_URL: postgres.url, ...environment }),
    NOW,
  );
const KEY = `strait_${'ab'.repeat(32)}`;
const ADMIN = {
  RUNNEL_ADMIN_EMAIL: 'Admin@runnel.local',
  RUNNEL_ADMIN_PASSWORD: 'plainpassword',
  RUNNEL_API_KEY: KEY,
};

beforeAll(async () => {
  postgres = await startTestPostgres();
  source = connect();
  await migrate(source, DEPLOYMENTS_SCHEMA.schema);
  database = new EntityDatabase(source);
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});

describe('migrations', () => {
  it('may be run again, and by several at once', async () => {
    const others = [connect(), connect(), connect()];
    const applied = await Promise.all(others.map((other) => migrate(other, 'deployments')));
    expect(applied).toEqual([[], [], []]);
    await Promise.all(others.map((other) => other.destroy()));
  });

  it('can be undone and done again', async () => {
    for (let i = 0; i < DEPLOYMENTS_SCHEMA.migrations.length; i += 1)
      await source.undoLastMigration();
    const tables = await source.query<unknown[]>(
      `SELECT FROM pg_tables WHERE schemaname = 'deployments' AND tablename <> 'migration'`,
    );
    expect(tables).toEqual([]);
    expect(await migrate(source, 'deployments')).toHaveLength(DEPLOYMENTS_SCHEMA.migrations.length);
  });
});

describe(seedAccounts, () => {
  it('makes the administrator, their project and the key, once, whoever runs it at the same time', async () => {
    const lines = await Promise.all([seed(ADMIN), seed(ADMIN), seed(ADMIN)]);
    expect(lines.filter((line) => line.startsWith('made'))).toHaveLength(1);
    expect(await seed(ADMIN)).toBe('found the account Admin@runnel.local');
    const users = await source.query<{ is_admin: boolean; password_hash: string; role: string }[]>(
      `SELECT * FROM deployments.user_account u JOIN deployments.membership m ON m.user_id = u.id`,
    );
    expect(users).toMatchObject([
      { is_admin: true, role: 'admin', email_key: 'admin@runnel.local' },
    ]);
    expect(await verifyPassword('plainpassword', users[0]?.password_hash)).toBe(true);
    const keys = await source.query<unknown[]>('SELECT * FROM deployments.api_key');
    expect(keys).toMatchObject([
      { key_hash: hashApiKey(KEY), scopes: ['*'], key_prefix: 'strait_ababa' },
    ]);
  });

  it('changes nothing that is there, and adds what is missing', async () => {
    const other = {
      ...ADMIN,
      RUNNEL_ADMIN_PASSWORD: 'another password',
      RUNNEL_API_KEY: 'k'.repeat(30),
    };
    await seed(other);
    const [user] = await source.query<{ password_hash: string }[]>(
      'SELECT password_hash FROM deployments.user_account',
    );
    expect(await verifyPassword('plainpassword', user?.password_hash)).toBe(true);
    const keys = await source.query<unknown[]>('SELECT FROM deployments.api_key');
    expect(keys).toHaveLength(2);
  });

  it('has nothing to do when nothing is given', async () => {
    expect(await seed({})).toContain('nothing to seed');
  });
});
