import { newId } from '@runnel/ids';
import { commitOf } from '@runnel/run-domain';
import { startTestPostgres, type TestPostgres } from '@runnel/testing';
import fc from 'fast-check';

import { live, lives } from '../../../../../libs/run-domain/test/lives';
import { line, MetricsHarness } from '../../testing/metrics-harness.contract';

let postgres: TestPostgres;
let harness: MetricsHarness;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await MetricsHarness.on(postgres);
});

afterEach(() => harness.stop());

const TABLES: Readonly<Record<string, string>> = {
  run: 'id',
  run_count: 'scope, shard, triggered_by, status',
  run_bucket: 'scope, seconds, start, shard, triggered_by',
  run_duration: 'scope, seconds, start, shard, bin',
  run_event: 'run_id, seq',
  run_output: 'run_id, n',
};

/** All rows of all read models; counters that have gone back to zero are as if they were not there. */
async function everything(): Promise<Record<string, readonly unknown[]>> {
  const rows: Record<string, readonly unknown[]> = {};
  for (const [table, order] of Object.entries(TABLES)) {
    const counter = ['run_count', 'run_bucket', 'run_duration'].includes(table);
    rows[table] = await harness.database.rows(
      `SELECT * FROM metrics.${table} ${counter ? 'WHERE runs <> 0' : ''} ORDER BY ${order}`,
    );
  }
  return rows;
}

/** Forgets all that was projected, so that it is projected anew. */
async function forget(): Promise<void> {
  await harness.stopProjecting();
  for (const table of Object.keys(TABLES))
    await harness.database.rows(`TRUNCATE metrics.${table}_v1`);
  await harness.database.rows('UPDATE metrics.projection_position SET seq = 0');
}

/** Writes lives into the log, their commits and some output shuffled among each other. */
async function tellLives(seed: number, count: number): Promise<void> {
  const told = fc.sample(lives, { seed, numRuns: count }).map((life, index) => {
    const deployed = index % 3 === 0 ? {} : { deploymentId: `dep_${index % 2}` };
    const chapters = live({ ...life, request: { ...life.request, ...deployed } }, false).filter(
      ({ events }) => events.length > 0,
    );
    return { runId: newId('run'), chapters, revision: 0 };
  });
  for (
    let turn = seed;
    told.some(({ chapters }) => chapters.length > 0);
    turn = (turn * 31 + 7) % 9_973
  ) {
    const run = told[turn % told.length];
    const chapter = run?.chapters.shift();
    if (!run || !chapter) continue;
    const { command, events } = chapter;
    const actor = { kind: 'service', id: 'test' } as const;
    const commit = commitOf({
      commandId: newId('command'),
      project: 'prj_1',
      actor,
      at: command.now,
      events,
    });
    run.revision = (await harness.log.append(run.runId, run.revision, commit)).seq;
    if (turn % 2 === 0) {
      // Some numbers are told again, as after a crash, with other words.
      const lines = [0, 1].map((n) => line((run.revision % 5) + n, `said at ${turn}`, command.now));
      harness.log.appendOutput(run.runId, 'prj_1', lines);
    }
  }
}

describe('read models', () => {
  it.each([1, 2, 3])(
    'are the same however the log is cut into batches (history %i)',
    async (seed) => {
      await tellLives(seed, 40);
      harness.start(100_000);
      await harness.settled();
      const whole = await everything();
      expect(whole['run']).toHaveLength(40);
      expect(whole['run_output']?.length).toBeGreaterThan(0);
      for (const size of [1, 2 + seed, 17]) {
        await forget();
        harness.start(size);
        await harness.settled();
        expect(await everything()).toEqual(whole);
      }
    },
    60_000,
  );

  it('count what the rows hold', async () => {
    await tellLives(7, 60);
    harness.start(11);
    await harness.settled();
    const ends = `(status IN ('failed', 'timed_out', 'crashed', 'system_failed', 'expired', 'dead_letter'))`;
    const query = (sql: string, parameters: readonly unknown[] = []) =>
      harness.database.rows(sql, parameters);
    expect(
      await query(`SELECT scope, triggered_by, status, sum(runs)::int AS n FROM metrics.run_count
                   GROUP BY 1, 2, 3 HAVING sum(runs) <> 0 ORDER BY 1, 2, 3`),
    ).toEqual(
      await query(`SELECT scope, triggered_by, status, count(*)::int AS n
                   FROM metrics.run, unnest(ARRAY['', deployment_id]) AS scope
                   WHERE scope IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`),
    );
    for (const [seconds, width] of [
      [60, 'minute'],
      [3_600, 'hour'],
    ]) {
      expect(
        await query(
          `SELECT scope, start, triggered_by, sum(runs)::int AS runs, sum(success)::int AS success,
                  sum(failure)::int AS failure, sum(ended)::int AS ended, sum(duration_ms)::int AS duration
           FROM metrics.run_bucket WHERE seconds = $1 GROUP BY 1, 2, 3 HAVING sum(runs) <> 0 ORDER BY 1, 2, 3`,
          [seconds],
        ),
      ).toEqual(
        await query(
          `SELECT scope, date_trunc('${width}', started_at) AS start, triggered_by, count(*)::int AS runs,
                  (count(*) FILTER (WHERE status = 'completed'))::int AS success,
                  (count(*) FILTER (WHERE ${ends}))::int AS failure,
                  count(duration_ms)::int AS ended, coalesce(sum(duration_ms), 0)::int AS duration
           FROM metrics.run, unnest(ARRAY['', deployment_id]) AS scope
           WHERE scope IS NOT NULL AND started_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
        ),
      );
    }
    for (const seconds of [60, 3_600, 86_400])
      expect(
        await query(
          `SELECT sum(runs)::int AS n FROM metrics.run_duration WHERE scope = '' AND seconds = $1`,
          [seconds],
        ),
      ).toEqual(
        await query(
          `SELECT count(duration_ms)::int AS n FROM metrics.run WHERE started_at IS NOT NULL`,
        ),
      );
  });

  it('keep the first telling of a line that is told again', async () => {
    const runId = newId('run');
    const say = (n: number, text: string) =>
      harness.log.appendOutput(runId, 'prj_1', [line(n, text, harness.iso(0))]);
    say(0, 'first');
    say(1, 'second');
    say(0, 'first again');
    harness.start(1);
    await harness.settled();
    say(1, 'second again');
    say(2, 'third');
    await harness.settled();
    const rows = await harness.database.rows<{ line: string }>(
      'SELECT line FROM metrics.run_output ORDER BY n',
    );
    expect(rows.map((row) => (JSON.parse(row.line) as { message: string }).message)).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('hold up the shard at a commit of a run that never began', async () => {
    const runId = newId('run');
    await harness.log.append(
      runId,
      0,
      commitOf({
        commandId: 'cmd_1',
        project: 'prj_1',
        actor: { kind: 'service', id: 'test' },
        at: harness.iso(0),
        events: [{ type: 'RunPaused', data: {} }],
      }),
    );
    harness.start();
    for (;;) {
      const [problem] = harness.watch.problems();
      if (problem === undefined) await new Promise((resolve) => setImmediate(resolve));
      else {
        expect(problem).toMatch(`run ${runId} goes on at`);
        break;
      }
    }
    expect((await everything())['run']).toEqual([]);
  });
});
