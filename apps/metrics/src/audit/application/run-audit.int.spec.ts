import { Metrics } from '@runnel/telemetry';
import { startTestPostgres, type TestPostgres } from '@runnel/testing';
import pino from 'pino';

import { readConfig } from '../../config';
import { COMPLETES, MetricsHarness } from '../../testing/metrics-harness.contract';
import { PostgresAuditedRows } from '../adapters/postgres-audited-rows';
import { RunAudit } from './run-audit';

let postgres: TestPostgres;
let harness: MetricsHarness;
let audit: RunAudit;
let metrics: Metrics;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await MetricsHarness.on(postgres);
  harness.start(7);
  metrics = new Metrics('test');
  const environment = { RUNNEL_DATABASE_URL: harness.url, RUNNEL_NATS_URL: 'nats://127.0.0.1' };
  audit = new RunAudit(
    readConfig(environment),
    metrics,
    pino({ level: 'silent' }),
    harness.watch,
    harness.log,
    new PostgresAuditedRows(harness.database, harness.lag),
  );
});

afterEach(() => harness.stop());

/** A run that has said two things. */
function talkingRun(): Promise<string> {
  return harness.tell({
    commits: [
      { ms: 5, commands: [{ type: 'StartAttempt', executor: 'exe_1' }] },
      { ms: 9, commands: [COMPLETES] },
    ],
    lines: ['first', 'second, zero \0, half \ud800'],
  });
}

async function someRuns(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(await harness.quickRun({ startMs: n, fails: n % 4 === 0 }));
  }
  return ids;
}

describe(RunAudit, () => {
  it('finds no difference between what was projected and the log', async () => {
    await someRuns(30);
    await harness.settled();
    expect(await audit.run({ sample: 'all' })).toEqual({ checkedRuns: 30, differences: [] });
    const { checkedRuns, differences } = await audit.run({ sample: 10 });
    expect(checkedRuns).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });

  it('finds none while runs move and read models lag', async () => {
    const telling = someRuns(150);
    for (let round = 0; round < 4; round += 1) {
      expect((await audit.run({ sample: 'all' })).differences).toEqual([]);
    }
    await telling;
    await harness.settled();
    expect((await audit.run({ sample: 'all' })).differences).toEqual([]);
  });

  it('finds none in runs that are sealed', async () => {
    const [runId = ''] = await someRuns(3);
    await harness.settled();
    await harness.log.seal(runId);
    expect(await audit.run({ sample: 'all' })).toEqual({ checkedRuns: 2, differences: [] });
  });

  it.each([
    {
      planted: `UPDATE metrics.run_v1 SET status = 'queued' WHERE id = $1`,
      told: 'status is queued',
    },
    {
      planted: `UPDATE metrics.run_v1 SET attempt = 2 WHERE id = $1`,
      told: 'attempt is 2, the log says 1',
    },
    {
      planted: `UPDATE metrics.run_v1 SET output = '{"inline":{"ok":false}}' WHERE id = $1`,
      told: 'output is',
    },
    { planted: `UPDATE metrics.run_v1 SET error = '{}' WHERE id = $1`, told: 'error is' },
    {
      planted: `UPDATE metrics.run_v1 SET finished_at = finished_at + interval '1 ms' WHERE id = $1`,
      told: 'finishedAt is',
    },
    {
      planted: `UPDATE metrics.run_v1 SET started_at = NULL WHERE id = $1`,
      told: 'startedAt is null',
    },
    { planted: `UPDATE metrics.run_v1 SET events = events - 1 WHERE id = $1`, told: 'events is 2' },
    { planted: `DELETE FROM metrics.run_v1 WHERE id = $1`, told: 'the row is missing' },
    { planted: `UPDATE metrics.run_v1 SET seq = 1 WHERE id = $1`, told: 'the row stands at 1' },
    {
      planted: `DELETE FROM metrics.run_event_v1 WHERE run_id = $1
                AND seq = (SELECT max(seq) FROM metrics.run_event_v1 WHERE run_id = $1)`,
      told: '1 commits are kept, 2 are in the log',
    },
    {
      planted: `UPDATE metrics.run_event_v1 SET command_id = 'x' WHERE run_id = $1
                AND seq = (SELECT max(seq) FROM metrics.run_event_v1 WHERE run_id = $1)`,
      told: 'commandId of the commit at',
    },
    {
      planted: `UPDATE metrics.run_event_v1 SET events = replace(events, '"order":7', '"order":8') WHERE run_id = $1`,
      told: 'events of the commit at',
    },
    {
      planted: `UPDATE metrics.run_event_v1 SET actor_id = 'nobody' WHERE run_id = $1
                AND seq = (SELECT max(seq) FROM metrics.run_event_v1 WHERE run_id = $1)`,
      told: 'actor of the commit at',
    },
    {
      planted: `UPDATE metrics.run_event_v1 SET at = at + interval '1 ms' WHERE run_id = $1
                AND seq = (SELECT max(seq) FROM metrics.run_event_v1 WHERE run_id = $1)`,
      told: 'at of the commit at',
    },
    {
      planted: `UPDATE metrics.run_output_v1 SET line = replace(line, 'second', 'sekond') WHERE run_id = $1`,
      told: 'line 1 is not what the log says',
    },
    {
      planted: `DELETE FROM metrics.run_output_v1 WHERE run_id = $1 AND n = 0`,
      told: 'line 0 is missing',
    },
    {
      planted: `INSERT INTO metrics.run_output_v1 SELECT run_id, 9, seq, line FROM metrics.run_output_v1
                WHERE run_id = $1 AND n = 0`,
      told: 'line 9 is kept, the log has none',
    },
    {
      planted: `UPDATE metrics.run_output_v1 SET seq = seq + 1 WHERE run_id = $1 AND n = 0`,
      told: 'line 0 is kept from',
    },
  ])('finds what was planted: $told', async ({ planted, told }) => {
    await someRuns(5);
    const runId = await talkingRun();
    await harness.settled();
    await harness.database.rows(planted, [runId]);
    const { differences } = await audit.run({ sample: 'all' });
    const ofRun = differences.filter((difference) => difference.runId === runId);
    expect(ofRun).toHaveLength(1);
    expect(ofRun[0]?.message).toMatch(told);
    expect(differences.filter((difference) => !['', runId].includes(difference.runId))).toEqual([]);
    expect(await metrics.registry.metrics()).toMatch(
      /runnel_metrics_audit_differences_total\{projection="run-(list|events|output)",app="test"\} 1/,
    );
  });

  it('finds counters that do not add up', async () => {
    await someRuns(5);
    await harness.settled();
    await harness.database.rows(
      `UPDATE metrics.run_count_v1 SET runs = runs + 1 WHERE scope = '' AND status = 'completed'`,
    );
    const { differences } = await audit.run({ sample: 'all' });
    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]?.message).toMatch('are counted as completed');
  });

  it.each([
    {
      planted: `UPDATE metrics.run_count_v1 SET runs = runs + 1 WHERE scope = 'dep_1' AND status = 'completed'`,
      told: /are counted as completed runs of dep_1, \d are there/,
    },
    {
      planted: `DELETE FROM metrics.run_count_v1 WHERE scope = 'dep_1' AND status = 'completed'`,
      told: /^0 of shard \d are counted as completed runs of dep_1/,
    },
    {
      planted: `UPDATE metrics.run_bucket_v1 SET duration_ms = duration_ms + 1 WHERE scope = 'dep_1'`,
      told: /are counted as started in the minute of/,
    },
    {
      planted: `DELETE FROM metrics.run_bucket_v1 WHERE scope = 'dep_1' AND seconds = 60`,
      told: /are counted as started in the minute of/,
    },
  ])('finds in a sample a counter that is wrong: $planted', async ({ planted, told }) => {
    harness.clock.ms = Date.now() - 3_600_000; // what is older than statistics go back is not recounted
    await someRuns(8);
    await harness.settled();
    expect((await audit.run({ sample: 10 })).differences).toEqual([]);
    await harness.database.rows(planted);
    const { differences } = await audit.run({ sample: 10 });
    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]).toMatchObject({ runId: '', projection: 'run-list-counters' });
    expect(differences[0]?.message).toMatch(told);
  });

  it('finds none in lines that were told again, nor in lines that have left the log', async () => {
    const runId = await talkingRun();
    const again = { kind: 'log', level: 'info', at: harness.iso(7) } as const;
    harness.log.appendOutput(runId, 'prj_1', [
      { n: 1, message: 'second again', ...again },
      { n: 2, message: 'third', ...again },
    ]);
    await harness.settled();
    expect((await audit.run({ sample: 'all' })).differences).toEqual([]);
    const [row] = await harness.database.rows<{ seq: string }>(
      'SELECT min(seq) AS seq FROM metrics.run_output WHERE run_id = $1',
      [runId],
    );
    harness.log.expireOutput(runId, Number(row?.seq));
    expect((await audit.run({ sample: 'all' })).differences).toEqual([]);
  });

  it('says nothing of documents but their size', async () => {
    const [runId = ''] = await someRuns(1);
    await harness.settled();
    await harness.database.rows(`UPDATE metrics.run_v1 SET payload = '"my secret"' WHERE id = $1`, [
      runId,
    ]);
    const { differences } = await audit.run({ sample: 'all' });
    expect(differences[0]?.message).toMatch(
      /^payload is a document of 11 characters, the log says a document of/,
    );
  });

  it('refuses a sample that is none', async () => {
    for (const sample of [0, -1, 1.5, 1e9]) {
      await expect(audit.run({ sample })).rejects.toMatchObject({ code: 'VALIDATION' });
    }
  });
});
