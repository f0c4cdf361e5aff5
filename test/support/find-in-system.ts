import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createDataSource } from '@runnel/database';
import { Secret } from '@runnel/config';
import { connectNats } from '@runnel/messaging';
import type { TestRunnel } from '@runnel/testing';

const MAX_MESSAGES = 100_000;

/**
 * Everywhere in a running system that one of the texts is found: all messages of all streams (payload store and key-value
 * buckets are streams too), all rows of all tables, and every file below the data folder, logs and the servers' own files included.
 */
export async function findInSystem(
  runnel: TestRunnel,
  texts: readonly string[],
): Promise<readonly string[]> {
  const needles = texts.flatMap((text) => [text, Buffer.from(text).toString('base64')]);
  const holds = (content: string): boolean => needles.some((needle) => content.includes(needle));
  const [inStreams, inTables] = await Promise.all([
    searchStreams(runnel.nats.url, holds),
    searchTables(runnel.postgres.url, holds),
  ]);
  return [...inStreams, ...inTables, ...searchFiles(runnel.dataFolder, holds)];
}

type Holds = (content: string) => boolean;

async function searchStreams(url: string, holds: Holds): Promise<readonly string[]> {
  const found: string[] = [];
  const connection = await connectNats(url, 'test-find');
  try {
    const manager = await connection.jetstreamManager();
    for await (const stream of manager.streams.list()) {
      const { name } = stream.config;
      const { first_seq: first, last_seq: last } = stream.state;
      if (last - first > MAX_MESSAGES) throw new Error(`too many messages in ${name}`);
      for (let seq = Math.max(1, first); seq <= last; seq += 1) {
        const message = await manager.streams.getMessage(name, { seq }).catch(() => undefined);
        if (message === undefined) continue; // deleted
        const headers = JSON.stringify([...message.header].map(([key, values]) => [key, values]));
        const content = `${message.subject} ${headers} ${Buffer.from(message.data).toString('latin1')}`;
        if (holds(content)) found.push(`stream ${name}, message ${seq} (${message.subject})`);
      }
    }
  } finally {
    await connection.close();
  }
  return found;
}

async function searchTables(url: string, holds: Holds): Promise<readonly string[]> {
  const source = createDataSource(
    new Secret(url),
    { schema: 'public', migrations: [], entities: [] },
    { applicationName: 'test-find' },
  );
  await source.initialize();
  try {
    const tables = await source.query<{ schema: string; name: string }[]>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    if (tables.length < 10) throw new Error(`only ${tables.length} tables: is this the database?`);
    const found: string[] = [];
    for (const { schema, name } of tables) {
      const rows = await source.query<{ text: string }[]>(
        `SELECT t::text AS text FROM "${schema}"."${name}" t`,
      );
      if (rows.some(({ text }) => holds(text))) found.push(`table ${schema}.${name}`);
    }
    return found;
  } finally {
    await source.destroy();
  }
}

function searchFiles(folder: string, holds: Holds): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    try {
      return holds(readFileSync(path, 'latin1')) ? [`file ${path}`] : [];
    } catch {
      return []; // a server's file that went away meanwhile
    }
  });
}
