import { newId } from '@runnel/ids';
import { Metrics } from '@runnel/telemetry';
import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';
import pino from 'pino';

import { PostgresAuditedRows } from './audit/adapters/postgres-audited-rows';
import { RunAudit } from './audit/application/run-audit';
import { readConfig } from './config';
import { COMPLETES, FAILS, MetricsHarness, PROJECT } from './testing/metrics-harness.contract';
import { PostgresSealedRuns } from './retention/adapters/postgres-sealed-runs';
import { PostgresStatisticsSweep } from './retention/adapters/postgres-statistics-sweep';
import { Sealer } from './retention/application/sealer';
import { SubjectWatch } from './retention/subject-watch';

const DAY_MS = 86_400_000;
const HOT_DAYS = 30;
const logger = pino({ level: 'silent' });

let postgres: TestPostgres;
let harness: MetricsHarness;
let audit: RunAudit;
let sealed: PostgresSealedRuns;
let sealer: Sealer;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await MetricsHarness.on(postgres);
  harness.start(20);
  const { log, clock, database } = harness;
  audit = new RunAudit(
    readConfig({ RUNNEL_DATABASE_URL: harness.url, RUNNEL_NATS_URL: 'nats://127.0.0.1' }),
    new Metrics('test'),
    logger,
    harness.watch,
    log,
    new PostgresAuditedRows(database, harness.lag),
  );
  sealed = new PostgresSealedRuns(database);
  sealer = new Sealer({ log, sealed, check: audit, clock, logger, hotMs: HOT_DAYS * DAY_MS });
});
afterEach(() => harness.stop());

const days = (count: number): number => -count * DAY_MS;

/** Ended so many days ago, with two lines of output. */
function oldRun(daysAgo = 40): Promise<string> {
  return harness.tell({
    commits: [
      { ms: days(daysAgo), commands: [{ type: 'StartAttempt', executor: 'exe_1' }] },
      { ms: days(daysAgo) + 10, commands: [COMPLETES] },
    ],
    lines: ['first', 'second'],
  });
}

/** Begun long ago, and still at it. */
const liveRun = (): Promise<string> =>
  harness.tell({
    commits: [{ ms: days(50), commands: [{ type: 'StartAttempt', executor: 'exe_1' }] }],
  });

/** Three in each shard, so that the last entry of neither is an old run's. */
async function youngRuns(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    let runId = newId('run');
    while (harness.log.shardOf(runId) !== n % 2) runId = newId('run');
    const starts = {
      ms: days(1),
      commands: [{ type: 'StartAttempt', executor: 'exe_1' } as const],
    };
    await harness.tell({ runId, commits: [starts, { ms: days(1) + 10, commands: [COMPLETES] }] });
    ids.push(runId);
  }
  return ids;
}

async function pass(): Promise<number> {
  const { signal } = new AbortController();
  return (await sealer.pass(0, signal)) + (await sealer.pass(1, signal));
}

async function inLog(runIds: readonly string[]): Promise<readonly string[]> {
  const histories = await Promise.all(runIds.map((runId) => harness.log.history(runId)));
  return runIds.filter((_, index) => (histories[index]?.commits.length ?? 0) > 0);
}

describe(Sealer, () => {
  it('takes out of the log what has ended long ago, and nothing else', async () => {
    const live = [await liveRun(), await liveRun()];
    const old = [await oldRun(), await oldRun(31), await oldRun(), await oldRun()];
    const young = await youngRuns();
    await harness.settled();
    const subjects = await harness.log.subjectCount();
    expect(await pass()).toBe(4);
    expect(await inLog([...live, ...old, ...young])).toEqual([...live, ...young]);
    expect(await harness.log.subjectCount()).toBe(subjects - 8);
    expect(await Promise.all(old.map((runId) => harness.log.output(runId)))).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(await pass()).toBe(0);
    const kept = await harness.database.rows<{ n: string }>(
      `SELECT count(*) AS n FROM metrics.run_event WHERE run_id = ANY($1::text[])`,
      [old],
    );
    expect(Number(kept[0]?.n)).toBe(8);
    expect(await audit.run({ sample: 'all' })).toMatchObject({ differences: [] });
  });

  it('takes out nothing that a read model does not hold yet', async () => {
    await harness.stopProjecting();
    const old = [await oldRun(), await oldRun(), await oldRun(), await oldRun()];
    await youngRuns();
    expect(await pass()).toBe(0);
    expect(await inLog(old)).toEqual(old);
  });

  it('takes out nothing while a version is only begun, and everything once it has caught up', async () => {
    const old = [await oldRun(), await oldRun(), await oldRun(), await oldRun()];
    await youngRuns();
    await harness.settled();
    await harness.stopProjecting();
    await harness.catalog.rebuild('run-list');
    expect(await pass()).toBe(0);
    expect(await inLog(old)).toEqual(old);
    harness.start(20);
    await waitFor(async () => (await pass()) > 0 || (await inLog(old)).length === 0, {
      what: 'the new version to hold them',
    });
  });

  it('leaves in the log what the rows do not say the same of', async () => {
    const old = [await oldRun(), await oldRun(), await oldRun(), await oldRun()];
    await youngRuns();
    await harness.settled();
    await harness.database.rows(
      `UPDATE metrics.run_event_v1 SET events = replace(events, '"order":7', '"order":8') WHERE run_id = $1`,
      [old[0]],
    );
    expect(await pass()).toBe(3);
    expect(await inLog(old)).toEqual([old[0]]);
  });

  it('leaves a run that came back to life after it was put down as leaving', async () => {
    const runId = await harness.tell({
      request: {
        policy: {
          maxAttempts: 1,
          retry: { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 0 },
          timeout: { ms: 30_000, scope: 'run' },
          maxCrashesWithoutProgress: 3,
          deadLetterFrom: 1,
        },
      },
      commits: [
        { ms: days(40), commands: [{ type: 'StartAttempt', executor: 'exe_1' }] },
        { ms: days(40) + 10, commands: [FAILS] },
      ],
    });
    await youngRuns();
    await harness.settled();
    const shard = harness.log.shardOf(runId);
    const { commits, revision } = await harness.log.history(runId);
    const bounds = { shard, endedBefore: harness.clock.now() - DAY_MS, upTo: revision };
    expect(await sealed.mark([runId], bounds)).toEqual([{ runId, seq: revision }]);
    const last = commits.at(-1)?.commit;
    if (!last) throw new Error('no commit');
    await harness.log.append(runId, revision, {
      ...last,
      commandId: 'cmd_back',
      events: [{ id: 'evt_back', type: 'RunReplayed', schema: 1, data: { mode: 'dead_letter' } }],
    } as never);
    await pass();
    expect((await harness.log.history(runId)).commits).toHaveLength(commits.length + 1);
    expect(await sealed.leaving(shard)).toEqual([]);
  });

  it('finishes what a process that died had begun', async () => {
    const runId = await oldRun();
    await youngRuns();
    await harness.settled();
    const shard = harness.log.shardOf(runId);
    const { revision } = await harness.log.history(runId);
    const bounds = { shard, endedBefore: harness.clock.now() - DAY_MS, upTo: revision };
    await sealed.mark([runId], bounds);
    expect(await sealed.leaving(shard)).toHaveLength(1);
    expect(await pass()).toBe(1);
    expect(await inLog([runId])).toEqual([]);
    expect(await sealed.leaving(shard)).toEqual([]);
  });
});

describe('a version that is built after runs have left the log', () => {
  /** The rows of a table as a version has them, without counters that went back to zero. */
  const rowsOf = (table: string, version: number) =>
    harness.database.rows<Record<string, unknown>>(
      `SELECT to_json(t) AS row FROM metrics.${table}_v${version} t
       WHERE to_json(t)->>'runs' IS DISTINCT FROM '0' ORDER BY to_json(t)::text`,
    );

  it.each([
    ['run-list', ['run', 'run_count', 'run_bucket', 'run_duration']],
    ['run-events', ['run_event']],
    ['run-output', ['run_output']],
  ])('holds them like all others: %s', async (name, tables) => {
    for (let n = 0; n < 50; n += 1) await oldRun(31 + n);
    await liveRun();
    await youngRuns();
    await harness.settled();
    expect(await pass()).toBe(50);
    const version = await harness.catalog.rebuild(name);
    await waitFor(
      async () => {
        const views = await harness.catalog.list();
        return views.find((view) => view.name === name && view.version === version);
      },
      {
        what: 'the version to be built',
        timeoutMs: 20_000,
        until: (view) => view?.reached === view?.target,
      },
    );
    for (const table of tables) {
      expect((await rowsOf(table, version)).length).toBeGreaterThan(0);
      expect(await rowsOf(table, version)).toEqual(await rowsOf(table, 1));
    }
    await harness.catalog.switchTo(name, version);
    expect(await audit.run({ sample: 'all' })).toMatchObject({ differences: [] });
  });

  it('waits while a run is on its way out of the log, and has it once afterwards', async () => {
    const old = [await oldRun(), await oldRun(), await oldRun(), await oldRun()];
    await youngRuns();
    await harness.settled();
    for (const shard of [0, 1]) {
      const upTo = (await harness.log.lastSequence(shard)) - 1;
      await sealed.mark(old, { shard, endedBefore: harness.clock.now() - DAY_MS, upTo });
    }
    const version = await harness.catalog.rebuild('run-list');
    await waitFor(() => harness.watch.problems().some((problem) => /on its way/.test(problem)), {
      what: 'the new version to wait',
    });
    expect(await pass()).toBe(4);
    await waitFor(async () => (await rowsOf('run', version)).length, {
      what: 'all rows',
      timeoutMs: 20_000,
      until: (count) => count === 10,
    });
  });
});

describe(PostgresStatisticsSweep, () => {
  it('removes buckets that are too old, of every version, and keeps the counters', async () => {
    await oldRun(100);
    await oldRun(80);
    await youngRuns();
    await harness.settled();
    const sweep = new PostgresStatisticsSweep(harness.database);
    const before = harness.clock.now() - 90 * DAY_MS;
    expect((await sweep.sweep(0, before)) + (await sweep.sweep(1, before))).toBeGreaterThan(0);
    expect((await sweep.sweep(0, before)) + (await sweep.sweep(1, before))).toBe(0);
    const oldest = await harness.database.rows<{ start: Date }>(
      `SELECT min(start) AS start FROM (SELECT start FROM metrics.run_bucket
       UNION ALL SELECT start FROM metrics.run_duration) AS kept`,
    );
    expect(oldest[0]?.start.getTime()).toBeGreaterThanOrEqual(before);
    const counts = await harness.database.rows<{ runs: string }>(
      `SELECT sum(runs) AS runs FROM metrics.run_count WHERE project = $1 AND scope = ''`,
      [PROJECT],
    );
    expect(Number(counts[0]?.runs)).toBe(8);
  });
});

describe(SubjectWatch, () => {
  it('tells how many subjects there are, and when they are too many', async () => {
    const metrics = new Metrics('test');
    const watch = new SubjectWatch(harness.log, logger, metrics, 3);
    await oldRun();
    await watch.look();
    expect(await metrics.registry.metrics()).toMatch(/log_subjects\{app="test"\} 2/);
    expect(await metrics.registry.metrics()).toMatch(/too_many\{app="test"\} 0/);
    await oldRun();
    await watch.look();
    expect(await metrics.registry.metrics()).toMatch(/too_many\{app="test"\} 1/);
  });
});
