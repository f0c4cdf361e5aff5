import { sqlState } from '@runnel/database';
import { newId } from '@runnel/ids';
import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';

import { SeenProjection } from './testing/seen-projection.contract';
import { ProjectingHarness } from './testing/projecting-harness.contract';

let postgres: TestPostgres;
let harness: ProjectingHarness;

beforeAll(async () => {
  postgres = await startTestPostgres({ durable: true });
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await ProjectingHarness.on(postgres);
});

afterEach(() => harness.stop());

/** A promise, and the function that resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('Projector', () => {
  it('projects what is there and what comes, each entry once, in batches of bounded size', async () => {
    await harness.append(30);
    harness.start();
    expect(await harness.settled()).toEqual({ rows: 60, counted: 60 });
    await harness.append(12);
    expect(await harness.settled()).toEqual({ rows: 84, counted: 84 });
    expect(Math.max(...harness.seen.batches)).toBe(10);
  });

  it('goes on where it stopped', async () => {
    await harness.append(10);
    const first = harness.start();
    await harness.settled();
    await first.projector.stop();
    expect(first.watch.ownedShards()).toEqual([]);
    await harness.append(10);
    expect(await harness.held()).toEqual({ rows: 20, counted: 20 });
    harness.start();
    expect(await harness.settled()).toEqual({ rows: 40, counted: 40 });
  });

  it('lets one of several copies have each shard, and another when that one is gone', async () => {
    const copies = [harness.start(), harness.start(), harness.start()];
    const owned = () => copies.flatMap(({ watch }) => watch.ownedShards());
    await waitFor(() => owned().length === 2, { what: 'both shards to be owned' });
    expect([...owned()].sort()).toEqual([0, 1]);
    await harness.append(20);
    await harness.settled();

    const owner = copies.find(({ watch }) => watch.ownedShards().includes(0));
    await owner?.projector.stop();
    await waitFor(() => owned().length === 2, { what: 'the shards to be owned again' });
    await harness.append(20);
    expect(await harness.settled()).toEqual({ rows: 80, counted: 80 });
    expect(copies.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it('loses nothing and doubles nothing when its connection is cut again and again', async () => {
    const { complaints, watch } = harness.start();
    let cuts = 0;
    harness.seen.before = async () => {
      if (Math.random() < 0.5 || cuts >= 6) return;
      cuts += 1;
      await cutProjectors();
    };
    for (let round = 0; round < 8; round += 1) await harness.append(15);
    expect(await harness.settled(25_000)).toEqual({ rows: 240, counted: 240 });
    expect(cuts).toBe(6);
    await waitFor(() => watch.problems().length === 0, { what: 'nothing to be held up' });
    expect(complaints).not.toContain('projection held up; the same batch is tried again');
  });

  it('writes nothing more once it has lost its lock in the middle of a batch', async () => {
    await harness.append(10);
    const { opened, open } = gate();
    let inHand = 0;
    const stuck = new SeenProjection();
    stuck.before = async () => {
      inHand += 1;
      await opened;
    };
    const old = harness.start([stuck]);
    // All of its batches are to be in hand: a shard that it has not begun yet it would simply take again.
    const heads = await Promise.all([harness.log.lastSequence(0), harness.log.lastSequence(1)]);
    const begun = heads.filter((head) => head > 0).length;
    await waitFor(() => inHand === begun, { what: 'the old owner to be in its batches' });
    await cutProjectors();
    const heir = harness.start();
    expect(await harness.settled()).toEqual({ rows: 20, counted: 20 });
    expect(heir.watch.ownedShards().length).toBeGreaterThan(0);

    open();
    await waitFor(() => stuck.batches.length > 0, { what: 'the old owner to go on' });
    await old.projector.stop();
    await harness.append(5);
    expect(await harness.settled()).toEqual({ rows: 30, counted: 30 });
  });

  it('undoes a batch whose position somebody else has moved, and goes on from there', async () => {
    await harness.append(5);
    const { complaints } = harness.start();
    await harness.settled();
    const { opened, open } = gate();
    const reached = gate();
    harness.seen.before = async () => {
      reached.open();
      await opened;
    };
    await harness.append(5);
    await reached.opened;
    const total = await harness.total();
    await harness.database.rows('UPDATE models.projection_position SET seq = seq + 1000');
    harness.seen.before = () => undefined;
    open();
    await waitFor(() => complaints.includes('shard given up: its position has moved'), {
      what: 'the shard to be given up',
    });
    expect(await harness.held()).toEqual({ rows: 10, counted: 10 });

    await harness.database.rows('UPDATE models.projection_position SET seq = seq - 1000');
    expect(await harness.settled()).toEqual({ rows: total, counted: total });
  });

  it('changes nothing when entries before its position are told again after newer ones', async () => {
    await harness.append(10);
    harness.start();
    await harness.settled();
    const honest = harness.log.tail.bind(harness.log);
    harness.log.tail = (shard, options) => honest(shard, { ...options, after: 0 });
    await cutProjectors();
    await harness.append(10);
    expect(await harness.settled()).toEqual({ rows: 40, counted: 40 });
  });

  it('tries a batch that fails again, the same one, and complains once', async () => {
    const tried: number[] = [];
    harness.seen.before = (entries) => {
      tried.push(entries[0]?.position.seq ?? 0);
      if (tried.length <= 4) throw new Error('no');
    };
    const runId = newId('run');
    const shard = harness.log.shardOf(runId);
    const { complaints, watch, metrics } = harness.start();
    harness.log.storeRaw(runId, JSON.stringify(commitText()));
    await waitFor(() => watch.problems().length > 0, { what: 'the failure to be told' });
    expect(watch.problems()).toEqual([`shard ${shard}, seen v1: no`]);
    expect(await harness.settled()).toEqual({ rows: 1, counted: 1 });
    expect(tried).toEqual([1, 1, 1, 1, 1]);
    expect(complaints).toEqual(['projection held up; the same batch is tried again']);
    expect(watch.problems()).toEqual([]);
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      `runnel_metrics_projection_failures_total{shard="${shard}",app="test"} 4`,
    );
  });

  it('undoes all of a batch when one of its statements fails', async () => {
    await harness.append(20);
    await harness.database.rows('ALTER TABLE models.seen_count_v1 ADD CHECK (n < 0)');
    const { watch } = harness.start();
    await waitFor(() => watch.problems().length === 2, { what: 'both shards to fail' });
    expect(await harness.held()).toEqual({ rows: 0, counted: 0 });
    await harness.database.rows(
      'ALTER TABLE models.seen_count_v1 DROP CONSTRAINT seen_count_v1_n_check',
    );
    expect(await harness.settled()).toEqual({ rows: 40, counted: 40 });
  });

  it('stops before an entry that cannot be decoded and never skips it', async () => {
    const runId = newId('run');
    const shard = harness.log.shardOf(runId);
    harness.log.storeRaw(runId, JSON.stringify(commitText()));
    harness.log.storeRaw(runId, '{"not":"a commit"}');
    harness.log.storeRaw(runId, JSON.stringify(commitText()));
    const { watch, complaints } = harness.start();
    await waitFor(() => watch.problems().length > 0, { what: 'the shard to be held up' });
    expect(watch.problems()[0]).toMatch(
      `shard ${shard}, seen v1: the log's entry at ${shard}:2 cannot`,
    );
    expect(await harness.held()).toEqual({ rows: 1, counted: 1 });
    expect(complaints).toEqual(['projection held up; the same batch is tried again']);
  });

  it('waits while Postgres is away and catches up when it is back', async () => {
    await harness.append(10);
    const { watch } = harness.start();
    await harness.settled();
    await postgres.kill('SIGKILL');
    await harness.append(10);
    await waitFor(() => watch.problems().length > 0, { what: 'the loss to be told' });
    await waitFor(() => watch.ownedShards().length === 0, { what: 'the shards to be given up' });
    await postgres.restart();
    expect(await harness.settled(30_000)).toEqual({ rows: 40, counted: 40 });
    await waitFor(() => watch.problems().length === 0, { what: 'nothing to be held up' });
  }, 90_000);
});

function commitText() {
  const at = '2026-01-02T03:04:05.678Z';
  const events = [{ id: 'cmd_1.0', type: 'RunAnnotated', schema: 1, data: { metadata: {} } }];
  return { commandId: 'cmd_1', project: 'prj_1', actor: { kind: 'service', id: 't' }, at, events };
}

async function cutProjectors(): Promise<void> {
  try {
    await harness.database.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'runnel-models-projections-%' AND datname = current_database()`,
    );
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
  }
}
