import { Client } from 'pg';

import type { RecordedMessage } from './recorded-log';

const ROWS_PER_INSERT = 500;
const COLUMNS = 4;

/**
 * What Postgres does by itself with the same bytes: one multi-row INSERT per 500 messages into one table with its
 * primary key, on as many connections as there are shards. Resolves with the milliseconds it took.
 */
export async function rawInsertFloor(
  url: string,
  shards: readonly (readonly RecordedMessage[])[],
): Promise<number> {
  const clients = await Promise.all(shards.map(() => connect(url)));
  try {
    await clients[0]?.query('DROP TABLE IF EXISTS raw_message');
    await clients[0]?.query(
      `CREATE TABLE raw_message
        (shard integer, seq bigint, run_id text, body text, PRIMARY KEY (shard, seq))`,
    );
    const started = performance.now();
    await Promise.all(
      clients.map((client, shard) => insertAll(client, shard, shards[shard] ?? [])),
    );
    return performance.now() - started;
  } finally {
    for (const client of clients) await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  // As the projectors do: a floor that waits for the disk would be a lower one.
  await client.query('SET synchronous_commit = off');
  return client;
}

async function insertAll(
  client: Client,
  shard: number,
  messages: readonly RecordedMessage[],
): Promise<void> {
  for (let from = 0; from < messages.length; from += ROWS_PER_INSERT) {
    const values: (number | string)[] = [];
    const rows = messages.slice(from, from + ROWS_PER_INSERT).map(({ runId, text }, index) => {
      values.push(shard, from + index + 1, runId, text);
      const at = index * COLUMNS;
      return `($${at + 1}, $${at + 2}, $${at + 3}, $${at + 4})`;
    });
    await client.query(`INSERT INTO raw_message VALUES ${rows.join(', ')}`, values);
  }
}
