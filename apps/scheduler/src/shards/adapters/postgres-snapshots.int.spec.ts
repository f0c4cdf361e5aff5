import { Secret } from '@runnel/config';
import { createDataSource, migrate } from '@runnel/database';
import { type ExistingRun, foldRun } from '@runnel/run-domain';
import { startTestPostgres, type TestPostgres } from '@runnel/testing';
import type { DataSource } from 'typeorm';

import { SCHEDULER_SCHEMA } from '../../schema';
import type { RunSnapshot, SnapshotChange } from '../application/snapshots.port';
import { REQUEST } from '../testing/scheduler-servers.contract';
import { PostgresSnapshots } from './postgres-snapshots';

let postgres: TestPostgres;
let source: DataSource;
let snapshots: PostgresSnapshots;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  const url = new Secret(await postgres.createDatabase());
  source = createDataSource(url, SCHEDULER_SCHEMA, { applicationName: 'test' });
  await migrate(source, SCHEDULER_SCHEMA.schema);
  snapshots = new PostgresSnapshots(source);
});
afterEach(() => source.destroy());
afterAll(() => postgres.stop());

const STATE = stateOf();

function stateOf(): ExistingRun {
  const state = foldRun([
    {
      commandId: 'cmd_1',
      project: 'prj_1',
      actor: { kind: 'service', id: 'test' },
      at: '2026-03-01T00:00:00.000Z',
      events: [{ id: 'evt_1', type: 'RunRequested', schema: 1, data: REQUEST }],
    },
  ]);
  if (state.status === 'absent') throw new Error('no run');
  return state;
}

const run = (runId: string, over: Partial<RunSnapshot> = {}): RunSnapshot => ({
  runId,
  project: 'prj_1',
  revision: 1,
  state: STATE,
  ...over,
});
const change = (over: Partial<SnapshotChange>): SnapshotChange => ({
  shard: 0,
  from: 0,
  to: 1,
  upserts: [],
  deletes: [],
  outcomes: [],
  ...over,
});

describe(PostgresSnapshots, () => {
  it('gives back what was stored: runs, changes of runs, and what was removed', async () => {
    expect(await snapshots.load(0)).toEqual({ seq: 0, runs: [] });
    await snapshots.save(change({ to: 5, upserts: [run('run_a'), run('run_b')] }));
    const changed = { ...STATE, priority: 7 };
    await snapshots.save(
      change({
        from: 5,
        to: 9,
        upserts: [run('run_a', { revision: 9, state: changed })],
        deletes: ['run_b'],
      }),
    );
    expect(await snapshots.load(0)).toEqual({
      seq: 9,
      runs: [run('run_a', { revision: 9, state: changed })],
    });
  });

  it('keeps shards apart', async () => {
    await snapshots.load(0);
    await snapshots.load(1);
    await snapshots.save(change({ to: 3, upserts: [run('run_a')] }));
    await snapshots.save(change({ shard: 1, to: 7, upserts: [run('run_b')] }));
    expect((await snapshots.load(0)).runs.map(({ runId }) => runId)).toEqual(['run_a']);
    expect(await snapshots.load(1)).toMatchObject({ seq: 7, runs: [{ runId: 'run_b' }] });
  });

  it('refuses a change of a snapshot that somebody else has moved, and stores nothing of it', async () => {
    await snapshots.load(0);
    await snapshots.save(change({ to: 5, upserts: [run('run_a')] }));
    const late = change({ to: 6, upserts: [run('run_b')], deletes: ['run_a'] });
    await expect(snapshots.save(late)).rejects.toMatchObject({ kind: 'concurrency' });
    expect(await snapshots.load(0)).toEqual({ seq: 5, runs: [run('run_a')] });
  });

  it('keeps texts that Postgres cannot hold as such: zero characters and lone surrogates', async () => {
    await snapshots.load(0);
    const odd: ExistingRun = {
      ...STATE,
      error: { type: 'Error', message: 'zero \0, half \ud800', nodeId: '\udbff' },
    };
    await snapshots.save(change({ upserts: [run('run_a', { state: odd })] }));
    expect((await snapshots.load(0)).runs).toEqual([run('run_a', { state: odd })]);
  });

  it('says that Postgres is not there', async () => {
    const nobody = createDataSource(new Secret('postgres://x:y@127.0.0.1:1/z'), SCHEDULER_SCHEMA, {
      applicationName: 'test',
    });
    await expect(new PostgresSnapshots(nobody).load(0)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
