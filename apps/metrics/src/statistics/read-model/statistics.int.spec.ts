import { startTestPostgres, type TestPostgres } from '@runnel/testing';

import { DEPLOYMENT, MetricsHarness, PROJECT } from '../../testing/metrics-harness.contract';
import { DeploymentSummariesQuery } from './deployment-summaries.query';
import { HealthSummaryQuery } from './health-summary.query';
import { RunStatsQuery } from './run-stats.query';
import { SystemSummaryQuery } from './system-summary.query';

let postgres: TestPostgres;
let harness: MetricsHarness;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await MetricsHarness.on(postgres);
  harness.start();
});

afterEach(() => harness.stop());

const stats = (period: '15m' | '24h' | '7d' | '30d', deploymentId: string | null = DEPLOYMENT) =>
  new RunStatsQuery(harness.database, harness.clock).get({
    project: PROJECT,
    period,
    ...(deploymentId !== null && { deploymentId }),
  });

/** Nearest rank: the smallest value with at least so large a share of all at or below it. */
function nearestRank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

describe(RunStatsQuery, () => {
  it('is all zeros and nulls without runs, and tells every bucket of the period', async () => {
    const empty = await stats('24h');
    expect(empty).toMatchObject({
      totalRuns: 0,
      successCount: 0,
      failureCount: 0,
      avgDurationMs: 0,
      p95DurationMs: 0,
      runsByTrigger: { webhook: 0, schedule: 0, manual: 0 },
      lastRunAt: null,
      lastSuccessAt: null,
      lastFailureAt: null,
    });
    // The test's clock stands at 12:34:56.789.
    const buckets = empty.runsByPeriod.map(({ bucket }) => bucket);
    expect(buckets).toHaveLength(25);
    expect(buckets[0]).toBe('2026-01-14T12:00:00.000Z');
    expect(buckets.at(-1)).toBe('2026-01-15T12:00:00.000Z');
    expect(
      empty.runsByPeriod.every(({ count, success, failure }) => count + success + failure === 0),
    ).toBe(true);
  });

  it.each([
    { period: '15m' as const, first: '2026-01-15T12:19:00.000Z', count: 16 },
    { period: '7d' as const, first: '2026-01-08T12:00:00.000Z', count: 29 },
    { period: '30d' as const, first: '2025-12-16T00:00:00.000Z', count: 31 },
  ])('has $count buckets aligned to UTC for $period', async ({ period, first, count }) => {
    const { runsByPeriod } = await stats(period);
    expect(runsByPeriod).toHaveLength(count);
    expect(runsByPeriod[0]?.bucket).toBe(first);
  });

  it('counts what started in the window and only that, whichever counter it stands in', async () => {
    // Around each edge: of the window, of its first minute and of its first hour.
    const edges = [
      DAY,
      DAY - 3_210,
      DAY - 3_211,
      DAY - MINUTE,
      DAY - 25 * MINUTE - 3_211,
      DAY - HOUR,
      MINUTE,
      1,
    ];
    for (const [index, ago] of edges.entries()) {
      await harness.quickRun({
        startMs: -ago,
        fails: index % 2 === 1,
        durationMs: 100 * (index + 1),
      });
    }
    await harness.quickRun({ startMs: -DAY - 1, durationMs: 60_000 });
    await harness.quickRun({ startMs: -HOUR, project: 'prj_2' });
    await harness.quickRun({ startMs: -HOUR, request: { deploymentId: 'dep_2' } });
    await harness.settled();
    const result = await stats('24h');
    const durations = edges.map((_, index) => 100 * (index + 1));
    expect(result).toMatchObject({
      totalRuns: 8,
      successCount: 4,
      failureCount: 4,
      avgDurationMs: 450,
      p95DurationMs: nearestRank(durations, 0.95),
      lastRunAt: harness.iso(-1),
      lastSuccessAt: harness.iso(-MINUTE),
      lastFailureAt: harness.iso(-1),
    });
    const told = result.runsByPeriod.filter(({ count }) => count > 0);
    expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(8);
    expect(told.map(({ bucket }) => bucket)).toEqual([
      '2026-01-14T12:00:00.000Z',
      '2026-01-14T13:00:00.000Z',
      '2026-01-15T12:00:00.000Z',
    ]);
  });

  it('shows minutes as minutes on both sides of a full hour', async () => {
    const started = Date.UTC(2026, 0, 15, 11, 58, 30);
    for (const minutes of [0, 1, 3, 4, 6]) {
      await harness.quickRun({ startMs: started + minutes * MINUTE - harness.clock.ms });
    }
    await harness.settled();
    harness.clock.ms = Date.UTC(2026, 0, 15, 12, 5, 0);
    const { runsByPeriod, totalRuns } = await stats('15m');
    expect(totalRuns).toBe(5);
    const told = runsByPeriod.filter(({ count }) => count > 0);
    expect(told.map(({ bucket, count }) => [bucket.slice(11, 16), count])).toEqual([
      ['11:58', 1],
      ['11:59', 1],
      ['12:01', 1],
      ['12:02', 1],
      ['12:04', 1],
    ]);
  });

  it('has the exact 95th percentile of durations that bins would round', async () => {
    const durations = [1_003, 2_017, 777, 15_001, 90, 4_321, 4_322, 4_323, 4_324, 4_325, 3, 3, 3];
    for (const durationMs of durations) await harness.quickRun({ startMs: -HOUR, durationMs });
    await harness.settled();
    expect((await stats('7d')).p95DurationMs).toBe(nearestRank(durations, 0.95));
    const ofProject = (await stats('7d', null)).p95DurationMs;
    expect(Math.abs(ofProject - 15_001)).toBeLessThanOrEqual(15_001 * 0.016);
  });

  it('tells triggers that there were, beside the three that are always told', async () => {
    await harness.quickRun({ startMs: -MINUTE, request: { trigger: { type: 'schedule' } } });
    await harness.quickRun({ startMs: -MINUTE, request: { trigger: { type: 'pattern_call' } } });
    await harness.settled();
    expect((await stats('15m')).runsByTrigger).toEqual({
      webhook: 0,
      schedule: 1,
      manual: 0,
      pattern_call: 1,
    });
  });

  it('counts a run that waits to start nowhere, and one that runs as a run alone', async () => {
    await harness.tell({ commits: [{ ms: -MINUTE, commands: [] }] });
    await harness.tell({
      commits: [{ ms: -MINUTE, commands: [{ type: 'StartAttempt', executor: 'exe_1' }] }],
    });
    await harness.settled();
    expect(await stats('15m')).toMatchObject({
      totalRuns: 1,
      successCount: 0,
      failureCount: 0,
      avgDurationMs: 0,
    });
  });

  it('covers a whole project when no deployment is named', async () => {
    await harness.quickRun({ startMs: -HOUR });
    await harness.quickRun({ startMs: -HOUR, request: { deploymentId: 'dep_2' }, fails: true });
    await harness.settled();
    expect(await stats('24h', null)).toMatchObject({
      totalRuns: 2,
      successCount: 1,
      failureCount: 1,
      lastRunAt: harness.iso(-HOUR),
      lastFailureAt: harness.iso(-HOUR),
    });
  });

  it('refuses a period that there is not', async () => {
    for (const period of ['1h', '', 'constructor', '__proto__']) {
      await expect(stats(period as '24h')).rejects.toMatchObject({ code: 'VALIDATION' });
    }
  });
});

describe(DeploymentSummariesQuery, () => {
  it('tells number of runs and the latest one of each deployment asked for', async () => {
    await harness.quickRun({ startMs: -HOUR, fails: true });
    await harness.quickRun({ startMs: -MINUTE, durationMs: 12 });
    await harness.quickRun({ startMs: -1, project: 'prj_2' });
    const waiting = { deploymentId: 'dep_waiting' };
    await harness.tell({ request: waiting, commits: [{ ms: 0, commands: [] }] });
    await harness.settled();
    const query = new DeploymentSummariesQuery(harness.database);
    const deploymentIds = [DEPLOYMENT, 'dep_waiting', 'dep_none'];
    expect((await query.get({ project: PROJECT, deploymentIds })).summaries).toEqual({
      [DEPLOYMENT]: {
        totalRuns: 2,
        lastRun: { status: 'completed', startedAt: harness.iso(-MINUTE), durationMs: 12 },
      },
      dep_waiting: {
        totalRuns: 1,
        lastRun: { status: 'queued', startedAt: null, durationMs: null },
      },
      dep_none: { totalRuns: 0, lastRun: null },
    });
    expect((await query.get({ project: PROJECT, deploymentIds: [] })).summaries).toEqual({});
    const tooMany = Array.from({ length: 1_001 }, (_, n) => `dep_${n}`);
    await expect(query.get({ project: PROJECT, deploymentIds: tooMany })).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  });
});

describe(HealthSummaryQuery, () => {
  it('counts runs and failures of the last hour, of one project', async () => {
    await harness.quickRun({ startMs: -HOUR + MINUTE, fails: true });
    await harness.quickRun({ startMs: -1 });
    await harness.quickRun({ startMs: -HOUR - 2 * MINUTE, fails: true });
    await harness.quickRun({ startMs: -1, project: 'prj_2', fails: true });
    await harness.settled();
    const query = new HealthSummaryQuery(harness.database, harness.clock);
    expect(await query.get({ project: PROJECT })).toEqual({ runsLastHour: 2, failuresLastHour: 1 });
    expect(await query.get({ project: 'nobody' })).toEqual({
      runsLastHour: 0,
      failuresLastHour: 0,
    });
  });
});

describe(SystemSummaryQuery, () => {
  it('counts what one project has under way and in the queue, and the bytes of the database', async () => {
    const executing = { type: 'StartAttempt', executor: 'exe_1' } as const;
    await harness.tell({ commits: [{ ms: -MINUTE, commands: [executing] }] });
    await harness.tell({ commits: [{ ms: -MINUTE, commands: [] }] });
    await harness.tell({ commits: [{ ms: 0, commands: [] }] });
    await harness.quickRun({ startMs: -MINUTE });
    await harness.tell({ project: 'prj_2', commits: [{ ms: 0, commands: [] }] });
    await harness.settled();
    const query = new SystemSummaryQuery(harness.database);
    const summary = await query.get({ project: PROJECT });
    expect(summary).toMatchObject({ activeRuns: 1, queuedRuns: 2 });
    expect(summary.databaseBytes).toBeGreaterThan(1_000_000);
    expect(await query.get({ project: 'nobody' })).toMatchObject({ activeRuns: 0, queuedRuns: 0 });
  });
});
