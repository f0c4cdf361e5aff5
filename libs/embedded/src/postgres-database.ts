import { Client } from 'pg';

const DUPLICATE_DATABASE = '42P04';

/** Runs `work` on one connection of its own. Rejects with the driver's error when the server cannot be reached. */
export async function withPostgres<T>(
  url: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that dies under an open connection must not end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Creates the database if the server at `url` has none of that name; `template` is copied into a new one. */
export async function ensureDatabase(url: string, name: string, template?: string): Promise<void> {
  await withPostgres(url, async (client) => {
    const quoted = client.escapeIdentifier(name);
    const from = template === undefined ? '' : ` TEMPLATE ${client.escapeIdentifier(template)}`;
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${quoted}${from}`).catch(ignoreDuplicate);
  });
}

function ignoreDuplicate(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === DUPLICATE_DATABASE) return;
  throw error;
}
