import { Secret } from '@runnel/config';
import { isErrorOfKind } from '@runnel/errors';
import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';

import { createDataSource, migrate, type SchemaDefinition } from './data-source';
import { Database } from './database';

class Things1700000000000 implements MigrationInterface {
  readonly name = 'Things1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id integer PRIMARY KEY, name text)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}

const SCHEMA: SchemaDefinition = { schema: 'things', migrations: [Things1700000000000] };

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

function source(url: string, poolSize = 4) {
  return createDataSource(new Secret(url), SCHEMA, { applicationName: 'test', poolSize });
}

async function freshDatabase(): Promise<Database> {
  const things = source(await postgres.createDatabase());
  await migrate(things, SCHEMA.schema);
  return new Database(things);
}

describe(migrate, () => {
  it('applies a migration once although several copies start at once', async () => {
    const url = await postgres.createDatabase();
    const copies = [1, 2, 3].map(() => source(url));
    const applied = await Promise.all(copies.map((copy) => migrate(copy, SCHEMA.schema)));
    expect(applied.flat()).toEqual(['Things1700000000000']);
    for (const copy of copies) await copy.destroy();
  });

  it('does not wait for itself when the pool was to have one connection', async () => {
    const copy = source(await postgres.createDatabase(), 1);
    expect(await migrate(copy, SCHEMA.schema)).toEqual(['Things1700000000000']);
    await copy.destroy();
  });
});

describe(Database, () => {
  it('resolves with the rows of whatever returns some', async () => {
    const database = await freshDatabase();
    const insert = `INSERT INTO thing VALUES (1, 'a'), (2, 'b') RETURNING id`;
    expect(await database.rows(insert)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(
      await database.rows(`UPDATE thing SET name = 'c' WHERE id = $1 RETURNING name`, [1]),
    ).toEqual([{ name: 'c' }]);
    expect(await database.rows('DELETE FROM thing WHERE id = 2')).toEqual([]);
    expect(await database.rows('SELECT id, name FROM thing')).toEqual([{ id: 1, name: 'c' }]);
    await database.close();
  });

  it('undoes a transaction whose work throws', async () => {
    const database = await freshDatabase();
    const work = database.transaction(async (statement) => {
      await statement(`INSERT INTO thing VALUES (1, 'a')`);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await database.rows('SELECT * FROM thing')).toEqual([]);
    await database.close();
  });

  it('passes on what is wrong with a statement', async () => {
    const database = await freshDatabase();
    await expect(database.rows('SELECT nonsense')).rejects.toThrow(
      'column "nonsense" does not exist',
    );
    await database.close();
  });

  it('connects once for many who ask at first', async () => {
    const database = new Database(source(await postgres.createDatabase(), 2));
    const answers = await Promise.all(
      [1, 2, 3].map((n) => database.rows('SELECT $1::int AS n', [n])),
    );
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    await database.close();
  });

  it('is unavailable while Postgres is away, from the start and later, and works again by itself', async () => {
    const own = await startTestPostgres();
    const database = new Database(source(own.url));
    const answer = () => database.rows('SELECT 1 AS n');
    const isAway = () =>
      answer().then(
        () => false,
        (error: unknown) => isErrorOfKind(error, 'unavailable'),
      );
    try {
      await own.kill('SIGINT');
      expect(await isAway()).toBe(true);
      await own.restart();
      expect(await answer()).toEqual([{ n: 1 }]);
      await own.kill('SIGINT');
      expect(await isAway()).toBe(true);
      await own.restart();
      expect(await waitFor(answer, { what: 'an answer' })).toEqual([{ n: 1 }]);
    } finally {
      await database.close();
      await own.stop();
    }
  }, 60_000);
});
