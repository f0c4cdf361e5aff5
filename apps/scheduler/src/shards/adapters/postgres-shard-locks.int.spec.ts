import { Secret } from '@runnel/config';
import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';
import { Client } from 'pg';

import type { ShardLease } from '../application/shard-lock.port';
import { PostgresShardLocks } from './postgres-shard-locks';

let postgres: TestPostgres;
let leases: ShardLease[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterEach(async () => {
  await Promise.all(leases.map((lease) => lease.release()));
  leases = [];
});
afterAll(() => postgres.stop());

async function take(shard: number, onLost: (reason: Error) => void = () => undefined) {
  const lease = await new PostgresShardLocks(new Secret(postgres.url)).tryTake(shard, onLost);
  if (lease) leases.push(lease);
  return lease;
}

describe(PostgresShardLocks, () => {
  it('gives a shard to one of many, and another shard to anybody', async () => {
    const takers = await Promise.all(Array.from({ length: 8 }, () => take(0)));
    expect(takers.filter(Boolean)).toHaveLength(1);
    expect(await take(1)).toBeDefined();
  });

  it('gives it to another when it is given up', async () => {
    const first = await take(0);
    await first?.release();
    expect(await take(0)).toBeDefined();
  });

  it('tells its holder when the connection that holds it dies, and is free then', async () => {
    const lost: Error[] = [];
    await take(0, (reason) => lost.push(reason));
    const admin = new Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scheduler-shard-0'`,
    );
    await admin.end();
    await waitFor(() => lost.length === 1, { what: 'the holder to be told' });
    await waitFor(async () => (await take(0)) !== undefined, { what: 'the lock to be free' });
  });

  it('says that Postgres is not there', async () => {
    const locks = new PostgresShardLocks(new Secret('postgres://x:y@127.0.0.1:1/z'));
    await expect(locks.tryTake(0, () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
