import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { withPostgres } from './postgres-database';
import { type PostgresOptions, startPostgres } from './postgres-server';

describe(startPostgres, () => {
  const folder = temporaryFolder('embedded-postgres');
  const options: PostgresOptions = {
    folder: join(folder.path, 'postgres'),
    passwordFile: join(folder.path, 'postgres-password'),
    logFile: join(folder.path, 'postgres.log'),
    durable: true,
    restart: false,
    report: () => undefined,
  };

  afterAll(() => folder.remove());

  it('makes a half-made cluster anew, and keeps a whole one', async () => {
    mkdirSync(join(options.folder, 'data.new'), { recursive: true });
    writeFileSync(join(options.folder, 'data.new', 'PG_VERSION'), '18');
    const first = await startPostgres(options);
    await withPostgres(first.url, (client) => client.query('CREATE TABLE kept (id int)'));
    await first.stop();
    expect(readdirSync(options.folder)).toEqual(['data']);
    expect(statSync(options.folder).mode & 0o777).toBe(0o700);

    const second = await startPostgres(options);
    const found = await withPostgres(second.url, (client) => client.query('SELECT * FROM kept'));
    await second.stop();
    expect(found.rows).toEqual([]);
  });

  it('starts over the lock of a postmaster whose number somebody else has now', async () => {
    const lock = join(options.folder, 'data', 'postmaster.pid');
    const { uid, gid } = statSync(options.folder);
    // Postgres takes a lock for stale by itself unless its number is that of a process of the same user.
    const somebody = spawn('/bin/sleep', ['600'], { uid, gid });
    writeFileSync(lock, `${somebody.pid}\n${options.folder}/data\n0\n5432\n\n127.0.0.1\n`);
    const server = await startPostgres(options).finally(() => somebody.kill('SIGKILL'));
    const row = await withPostgres(server.url, (client) => client.query('SHOW fsync'));
    await server.stop();
    expect(row.rows).toEqual([{ fsync: 'on' }]);
  });

  it('keeps fsync off only where that was asked for', async () => {
    const server = await startPostgres({ ...options, durable: false });
    const row = await withPostgres(server.url, (client) => client.query('SHOW fsync'));
    await server.stop();
    expect(row.rows).toEqual([{ fsync: 'off' }]);
  });

  it("fails with Postgres' own words when the data is not usable", async () => {
    writeFileSync(join(options.folder, 'data', 'PG_VERSION'), '9.6\n');
    await expect(startPostgres(options)).rejects.toThrow(
      /^Postgres ended \(.*FATAL: {2}database files are incompatible with server\)\.$/,
    );
  });
});
