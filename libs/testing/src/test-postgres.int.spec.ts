import { withPostgres } from '@runnel/embedded';

import { startTestPostgres, type TestPostgres } from './test-postgres';
import { waitFor } from './wait-for';

describe(startTestPostgres, () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startTestPostgres({ durable: true });
  });

  afterAll(() => postgres.stop());

  it('serves an empty database with a password', async () => {
    const count = await withPostgres(postgres.url, async (client) => {
      const found = await client.query<{ count: string }>(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
      );
      return found.rows[0]?.count;
    });
    expect(count).toBe('0');
    const withoutPassword = new URL(postgres.url);
    withoutPassword.password = 'guessed';
    await expect(withPostgres(withoutPassword.href, async () => true)).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('sorts by code point and knows upper case beyond ASCII', async () => {
    const row = await withPostgres(postgres.url, async (client) => {
      const found = await client.query<{ upper: string; less: boolean }>(
        "SELECT upper('éñ') AS upper, 'Z' < 'a' AS less",
      );
      return found.rows[0];
    });
    expect(row).toEqual({ upper: 'ÉÑ', less: true });
  });

  it('makes databases that do not see each other, from a template if asked', async () => {
    const first = await postgres.createDatabase();
    await withPostgres(first, (client) => client.query('CREATE TABLE note (id int)'));
    const second = await postgres.createDatabase();
    const copy = await postgres.createDatabase(new URL(first).pathname.slice(1));
    const tables = (url: string) =>
      withPostgres(url, (client) => client.query("SELECT to_regclass('note') AS note"));
    expect((await tables(second)).rows).toEqual([{ note: null }]);
    expect((await tables(copy)).rows).toEqual([{ note: 'note' }]);
  });

  it('keeps what was committed when it is killed and started again on the same port', async () => {
    const url = await postgres.createDatabase();
    await withPostgres(url, (client) => client.query('CREATE TABLE kept AS SELECT 42 AS value'));
    await postgres.kill('SIGKILL');
    expect(postgres.pid()).toBeUndefined();
    await expect(withPostgres(url, async () => true)).rejects.toThrow(/ECONNREFUSED/);

    await postgres.restart();
    const kept = await waitFor(() => withPostgres(url, (client) => client.query('TABLE kept')), {
      what: 'Postgres to serve again',
    });
    expect(kept.rows).toEqual([{ value: 42 }]);
  });
});
