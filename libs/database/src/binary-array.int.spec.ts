import { startTestPostgres, type TestPostgres } from '@runnel/testing';
import { Client } from 'pg';

import { bigintArray, intArray, textArray, timestampArray } from './binary-array';

let postgres: TestPostgres;
let client: Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  client = new Client({ connectionString: postgres.url });
  await client.connect();
}, 60_000);

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

async function readBack(type: string, values: Buffer): Promise<unknown[]> {
  const { rows } = await client.query<{ value: unknown }>(
    `SELECT to_json(u.value) AS value FROM unnest($1::${type}[]) WITH ORDINALITY AS u (value, n) ORDER BY n`,
    [values],
  );
  return rows.map(({ value }) => value);
}

describe('binary arrays', () => {
  it.each([
    { title: 'plain text', values: ['a', 'run_1', ''] },
    {
      title: 'what array literals would have to escape',
      values: ['"', '\\', '{', '}', ',', 'NULL', "'"],
    },
    { title: 'many bytes per character', values: ['é', '漢字', '😀'.repeat(1_000)] },
    { title: 'null among text', values: ['a', null, 'b'] },
    { title: 'nothing but null', values: [null] },
    { title: 'nothing', values: [] },
  ])('give Postgres $title as it is', async ({ values }) => {
    expect(await readBack('text', textArray(values))).toEqual(values);
  });

  it('replace what Postgres text cannot hold: the zero character and lone surrogates', async () => {
    expect(await readBack('text', textArray(['a\0b', 'c\uD800d']))).toEqual([
      'a\uFFFDb',
      'c\uFFFDd',
    ]);
  });

  it('hold integers to their limits', async () => {
    const values = [0, 1, -1, 2_147_483_647, -2_147_483_648, null];
    expect(await readBack('int', intArray(values))).toEqual(values);
    expect(() => intArray([2_147_483_648])).toThrow('out of range');
  });

  it('hold big integers to the limits of safe ones', async () => {
    const values = [0, -1, 4_294_967_295, 4_294_967_296, -4_294_967_297, null];
    const limits = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(await readBack('bigint', bigintArray(values))).toEqual(values);
    expect(await readBack('bigint', bigintArray(limits))).toEqual(limits);
    expect(await readBack('bigint', bigintArray([]))).toEqual([]);
    expect(() => bigintArray([1.5])).toThrow(RangeError);
    expect(() => bigintArray([2 ** 60])).toThrow(RangeError);
  });

  it('hold times before and after the epochs to the millisecond', async () => {
    const texts = [
      '1969-12-31T23:59:59.999Z',
      '1999-12-31T23:59:59.001Z',
      '2026-03-01T00:00:00.123Z',
    ];
    const { rows } = await client.query<{ value: Date }>(
      'SELECT u.value FROM unnest($1::timestamptz[]) AS u (value)',
      [timestampArray([...texts.map(Date.parse), null])],
    );
    expect(rows.map(({ value }) => value?.toISOString() ?? null)).toEqual([...texts, null]);
    expect(() => timestampArray([Number.NaN])).toThrow(RangeError);
  });
});
