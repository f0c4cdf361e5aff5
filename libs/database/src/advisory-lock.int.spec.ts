import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';
import { Client } from 'pg';

import { AdvisoryLock } from './advisory-lock';

let postgres: TestPostgres;
const ignore = (): void => undefined;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function connectionsOf(name: string): Promise<number> {
  return withClient(async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1',
      [name],
    );
    return rows[0]?.n ?? 0;
  });
}

async function terminate(name: string): Promise<void> {
  await withClient((client) =>
    client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    ),
  );
}

describe('AdvisoryLock', () => {
  it('is got by one of many, and by another once it is released', async () => {
    const locks = Array.from({ length: 5 }, () => new AdvisoryLock(postgres.url, 'one-of-many'));
    const got = await Promise.all(locks.map((lock) => lock.tryAcquire(ignore)));
    expect(got.filter(Boolean)).toHaveLength(1);

    await locks[got.indexOf(true)]?.release();
    const next = new AdvisoryLock(postgres.url, 'one-of-many');
    expect(await next.tryAcquire(ignore)).toBe(true);
    await next.release();
  });

  it('tells its holder when its connection is cut, and is free at once', async () => {
    const lock = new AdvisoryLock(postgres.url, 'cut');
    let reason: Error | undefined;
    expect(await lock.tryAcquire((error) => (reason = error))).toBe(true);

    await terminate('cut');
    expect((await waitFor(() => reason, { what: 'news of the loss' })).message).not.toBe('');
    expect(() => lock.connection).toThrow('the lock cut is not held');

    const other = new AdvisoryLock(postgres.url, 'cut');
    await waitFor(() => other.tryAcquire(ignore), { what: 'the lock to be free' });
    await other.release();
  });

  it('says nothing of a loss when its holder releases it', async () => {
    const lost: Error[] = [];
    const lock = new AdvisoryLock(postgres.url, 'released');
    await lock.tryAcquire((error) => lost.push(error));
    await lock.release();
    await waitFor(async () => (await connectionsOf('released')) === 0, {
      what: 'the connection to end',
    });
    expect(lost).toEqual([]);
  });

  it('runs statements on the connection that holds it', async () => {
    const lock = new AdvisoryLock(postgres.url, 'connection');
    await lock.tryAcquire(ignore);
    const { rows } = await lock.connection.query<{ mine: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS mine`,
    );
    expect(rows).toEqual([{ mine: true }]);
    await lock.release();
  });

  it('leaves no connection behind when it is not got', async () => {
    const holder = new AdvisoryLock(postgres.url, 'busy');
    await holder.tryAcquire(ignore);
    expect(await new AdvisoryLock(postgres.url, 'busy').tryAcquire(ignore)).toBe(false);
    await waitFor(async () => (await connectionsOf('busy')) === 1, { what: 'one connection' });
    await holder.release();
  });

  it('keeps one connection over many tries when it was told to, and gets the lock through it', async () => {
    const holder = new AdvisoryLock(postgres.url, 'patient');
    await holder.tryAcquire(ignore);
    const waiting = new AdvisoryLock(postgres.url, 'patient', { keepConnection: true });
    for (let tries = 0; tries < 5; tries += 1) expect(await waiting.tryAcquire(ignore)).toBe(false);
    expect(await connectionsOf('patient')).toBe(2);

    await holder.release();
    await waitFor(() => waiting.tryAcquire(ignore), { what: 'the lock to be got' });
    await waiting.release();
    await waitFor(async () => (await connectionsOf('patient')) === 0, {
      what: 'no connection left',
    });
  });

  it('connects anew when the connection it waited with is cut', async () => {
    const holder = new AdvisoryLock(postgres.url, 'holder-of-cut-waiter');
    await holder.tryAcquire(ignore);
    const waiting = new AdvisoryLock(postgres.url, 'cut-waiter', { keepConnection: true });
    const other = new AdvisoryLock(postgres.url, 'cut-waiter');
    await other.tryAcquire(ignore);
    expect(await waiting.tryAcquire(ignore)).toBe(false);

    await terminate('cut-waiter');
    await waitFor(() => waiting.tryAcquire(ignore), { what: 'the lock over a new connection' });
    await waiting.release();
    await holder.release();
  });

  it('rejects when nobody answers, and can be tried again', async () => {
    const lock = new AdvisoryLock('postgres://runnel@127.0.0.1:1/runnel', 'nobody');
    await expect(lock.tryAcquire(ignore)).rejects.toThrow('ECONNREFUSED');
    await expect(lock.tryAcquire(ignore)).rejects.toThrow('ECONNREFUSED');
  });
});
