import { newId } from '@runnel/ids';
import type { RequestOf } from '@runnel/messaging';
import { startTestPostgres, type TestPostgres } from '@runnel/testing';

import {
  COMPLETES,
  DEPLOYMENT,
  line,
  MetricsHarness,
  PROJECT,
} from '../../testing/metrics-harness.contract';
import type { ReplyBudget } from '../reply-budget';
import { ListRunsQuery } from './list-runs.query';
import { RunEventsQuery } from './run-events.query';
import { RunOutputQuery } from './run-output.query';
import { RunQuery } from './run.query';

let postgres: TestPostgres;
let harness: MetricsHarness;
const budget = { bytes: 900_000 };

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  budget.bytes = 900_000;
  harness = await MetricsHarness.on(postgres);
  harness.start();
});

afterEach(() => harness.stop());

function queries() {
  const { database, lag, log } = harness;
  const replyBudget = budget as ReplyBudget;
  return {
    list: new ListRunsQuery(database, lag, replyBudget),
    run: new RunQuery(database, lag, replyBudget),
    events: new RunEventsQuery(database, lag, replyBudget, log),
    output: new RunOutputQuery(database, lag, replyBudget, log),
  };
}

type ListRequest = RequestOf<'svc.metrics.list-runs'>;

async function listed(request: Partial<ListRequest>) {
  const { items, total } = await queries().list.list({
    project: PROJECT,
    page: 1,
    limit: 20,
    ...request,
  });
  return { ids: items.map(({ id }) => id), total };
}

describe(ListRunsQuery, () => {
  it('lists a deployment newest first, page by page, with the exact total', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      ids.unshift(await harness.quickRun({ startMs: n * 1_000, fails: n % 3 === 0 }));
    }
    await harness.quickRun({ startMs: 0, request: { deploymentId: 'dep_other' } });
    await harness.settled();
    const deploymentId = DEPLOYMENT;
    expect(await listed({ deploymentId, limit: 3 })).toEqual({ ids: ids.slice(0, 3), total: 7 });
    expect(await listed({ deploymentId, limit: 3, page: 2 })).toEqual({
      ids: ids.slice(3, 6),
      total: 7,
    });
    expect(await listed({ deploymentId, limit: 3, page: 3 })).toEqual({
      ids: ids.slice(6),
      total: 7,
    });
    expect(await listed({ deploymentId, limit: 3, page: 4 })).toEqual({ ids: [], total: 7 });
    expect((await listed({})).total).toBe(8);
    expect(await listed({ project: 'prj_other' })).toEqual({ ids: [], total: 0 });
    expect(await listed({ project: 'prj_other', deploymentId })).toEqual({ ids: [], total: 0 });
  });

  it('orders runs of one millisecond by id, the same on every page', async () => {
    for (let n = 0; n < 6; n += 1) await harness.quickRun({ startMs: 5 });
    await harness.settled();
    const deploymentId = DEPLOYMENT;
    const whole = await listed({ deploymentId });
    expect(whole.ids).toEqual([...whole.ids].sort().reverse());
    const pages = await Promise.all(
      [1, 2, 3].map((page) => listed({ deploymentId, page, limit: 2 })),
    );
    expect(pages.flatMap(({ ids }) => ids)).toEqual(whole.ids);
    expect((await listed({})).ids).toEqual(whole.ids);
  });

  it('filters by statuses and triggers, one or several, alone and together', async () => {
    const webhook = await harness.quickRun({ startMs: 1 });
    const failed = await harness.quickRun({ startMs: 2, fails: true });
    const schedule = await harness.quickRun({
      startMs: 3,
      request: { trigger: { type: 'schedule' } },
    });
    const failedSchedule = await harness.quickRun({
      startMs: 4,
      fails: true,
      request: { trigger: { type: 'schedule' } },
    });
    const queued = await harness.tell({ commits: [{ ms: 5, commands: [] }] });
    await harness.settled();
    for (const scope of [{ deploymentId: DEPLOYMENT }, {}]) {
      const ids = async (filter: Partial<ListRequest>) => {
        const found = await listed({ ...scope, ...filter });
        expect(found.total).toBe(found.ids.length);
        return found.ids;
      };
      expect(await ids({ statuses: ['failed'] })).toEqual([failedSchedule, failed]);
      expect(await ids({ statuses: ['failed', 'queued'] })).toEqual([
        queued,
        failedSchedule,
        failed,
      ]);
      expect(await ids({ triggeredBy: ['webhook'] })).toEqual([queued, failed, webhook]);
      expect(await ids({ triggeredBy: ['schedule'], statuses: ['completed'] })).toEqual([schedule]);
      expect(await ids({ statuses: ['expired'] })).toEqual([]);
      expect(await ids({ statuses: [] })).toEqual([]);
    }
  });

  it('counts a run where it stands now', async () => {
    const runId = await harness.tell({ commits: [{ ms: 0, commands: [] }] });
    await harness.settled();
    expect((await listed({ statuses: ['queued'] })).ids).toEqual([runId]);
    const { commits, revision } = await harness.log.history(runId);
    const first = commits[0];
    if (!first) throw new Error('no history');
    await harness.log.append(runId, revision, {
      ...first.commit,
      events: [{ id: 'x', type: 'RunCanceled', schema: 1, data: { reason: 'no' } }],
    });
    await harness.settled();
    expect(await listed({ statuses: ['queued'] })).toEqual({ ids: [], total: 0 });
    expect((await listed({ statuses: ['canceled'] })).ids).toEqual([runId]);
  });

  it('tells everything of a run, whatever characters it used', async () => {
    const runId = await harness.tell({
      commits: [
        { ms: 0, commands: [] },
        { ms: 100, commands: [{ type: 'StartAttempt', executor: 'exe_1' }] },
        { ms: 350, commands: [COMPLETES] },
      ],
      lines: ['hello', 'zero \0 and half \uD800'],
    });
    await harness.settled();
    const { items } = await queries().list.list({ project: PROJECT, page: 1, limit: 1 });
    const { commits } = await harness.log.history(runId);
    const last = commits.at(-1)?.position;
    expect(items).toEqual([
      {
        id: runId,
        project: PROJECT,
        kind: 'graph',
        status: 'completed',
        definitionId: 'pat_1',
        definitionName: 'Orders',
        definitionVersion: 3,
        deploymentId: DEPLOYMENT,
        triggeredBy: 'webhook',
        attempt: 1,
        requestedAt: harness.iso(0),
        startedAt: harness.iso(100),
        finishedAt: harness.iso(350),
        durationMs: 250,
        payload: { order: 7, text: 'zero \0, half \uD800' },
        output: { ok: true },
        error: null,
        parentRunId: null,
        retryOf: null,
        replayOf: null,
        position: `${last?.shard}:${last?.seq}`,
        logOutput: [
          line(0, 'hello', harness.iso(0)),
          line(1, 'zero \0 and half \uD800', harness.iso(0)),
        ],
      },
    ]);
  });

  it('leaves out the largest documents and cuts lines where the answer would be too large', async () => {
    const big = await harness.tell({
      request: { payload: { inline: 'x'.repeat(20_000) } },
      commits: [{ ms: 1, commands: [] }],
      lines: Array.from({ length: 300 }, (_, n) => `line ${n}`),
    });
    const small = await harness.tell({
      request: { payload: { inline: 'small' } },
      commits: [{ ms: 2, commands: [] }],
      lines: ['only one'],
    });
    await harness.settled();
    budget.bytes = 10_000;
    const { items } = await queries().list.list({ project: PROJECT, page: 1, limit: 10 });
    expect(items.map(({ id, payload }) => [id, payload])).toEqual([
      [small, 'small'],
      [big, null],
    ]);
    expect(items[0]?.logOutput.map(({ message }) => message)).toEqual(['only one']);
    const lines = items[1]?.logOutput ?? [];
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', message: 'log truncated' });
    expect(JSON.stringify(items).length).toBeLessThan(12_000);

    budget.bytes = 900_000;
    const { run } = await queries().run.get({ project: PROJECT, runId: big });
    expect(run?.payload).toHaveLength(20_000);
    expect(run?.logOutput).toHaveLength(300);
  });

  it('comes with no more than 1,000 lines of a run', async () => {
    const runId = await harness.tell({
      commits: [{ ms: 1, commands: [] }],
      lines: Array.from({ length: 1_200 }, (_, n) => `${n}`),
    });
    await harness.settled();
    const { run } = await queries().run.get({ project: PROJECT, runId });
    expect(run?.logOutput).toHaveLength(1_000);
  });

  it.each([
    { page: 0, limit: 20 },
    { page: 1, limit: 0 },
    { page: 1, limit: 101 },
    { page: 1.5, limit: 20 },
    { page: Number.NaN, limit: 20 },
    { page: 1e9, limit: 20 },
  ])('refuses page $page of $limit', async (request) => {
    await expect(listed(request)).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});

describe(RunQuery, () => {
  it('answers null for a missing run and for one of another project alike, with how far it has come', async () => {
    const runId = await harness.quickRun({ startMs: 0 });
    await harness.settled();
    const positions = [await harness.log.lastSequence(0), await harness.log.lastSequence(1)];
    const missing = await queries().run.get({ project: PROJECT, runId: newId('run') });
    expect(missing).toEqual({ run: null, lag: { positions, lagSeconds: 0 } });
    expect(await queries().run.get({ project: 'prj_2', runId })).toEqual(missing);
    expect((await queries().run.get({ project: PROJECT, runId })).run?.id).toBe(runId);
  });

  it('has no payload where that is a claim check', async () => {
    const claim = { key: 'k', sha256: 'f'.repeat(64), bytes: 70_000 };
    const runId = await harness.tell({
      request: { payload: { claim } },
      commits: [{ ms: 0, commands: [] }],
    });
    await harness.settled();
    expect((await queries().run.get({ project: PROJECT, runId })).run?.payload).toBeNull();
  });
});

describe(RunEventsQuery, () => {
  it('gives the commits as they are in the log, from any sequence on', async () => {
    const runId = await harness.quickRun({ startMs: 0 });
    await harness.settled();
    const { commits } = await harness.log.history(runId);
    const expected = commits.map(({ position, commit }) => ({
      position: `${position.shard}:${position.seq}`,
      at: commit.at,
      actor: commit.actor,
      commandId: commit.commandId,
      events: commit.events,
    }));
    const { events } = queries();
    const request = { project: PROJECT, runId, after: 0, limit: 10 };
    expect((await events.list(request)).items).toEqual(expected);
    expect((await events.list({ ...request, limit: 1 })).items).toEqual(expected.slice(0, 1));
    const after = commits[0]?.position.seq ?? 0;
    expect((await events.list({ ...request, after })).items).toEqual(expected.slice(1));
    expect((await events.list({ ...request, project: 'prj_2' })).items).toEqual([]);
    expect((await events.list({ ...request, runId: newId('run') })).items).toEqual([]);
  });

  it('ends early, and says how far it goes, where the answer would be too large', async () => {
    const runId = await harness.quickRun({
      startMs: 0,
      request: { payload: { inline: 'x'.repeat(5_000) } },
    });
    await harness.settled();
    const { commits } = await harness.log.history(runId);
    budget.bytes = 1_000;
    const { items, lag } = await queries().events.list({
      project: PROJECT,
      runId,
      after: 0,
      limit: 10,
    });
    expect(items).toHaveLength(1);
    expect(lag.positions[harness.log.shardOf(runId)]).toBe(commits[0]?.position.seq);
  });

  it.each([
    { after: -1, limit: 10 },
    { after: 0, limit: 1_001 },
  ])('refuses $limit after $after', async (bounds) => {
    const request = { project: PROJECT, runId: 'run_1', ...bounds };
    await expect(queries().events.list(request)).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(queries().output.list(request)).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});

describe(RunOutputQuery, () => {
  it('gives the messages of a run as they were said, from any sequence on', async () => {
    const runId = await harness.tell({ commits: [{ ms: 0, commands: [] }], lines: ['a', 'b'] });
    harness.log.appendOutput(runId, PROJECT, [
      line(2, 'c', harness.iso(1)),
      line(1, 'b again', harness.iso(1)),
    ]);
    await harness.settled();
    const { output } = queries();
    const request = { project: PROJECT, runId, after: 0, limit: 10 };
    const { items } = await output.list(request);
    expect(items.map(({ lines }) => lines.map(({ message }) => message))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    const after = Number(items[0]?.position.split(':')[1]);
    expect((await output.list({ ...request, after })).items).toEqual(items.slice(1));
    expect((await output.list({ ...request, limit: 1 })).items).toEqual(items.slice(0, 1));
    expect((await output.list({ ...request, project: 'prj_2' })).items).toEqual([]);

    budget.bytes = 10;
    const cut = await output.list(request);
    expect(cut.items).toHaveLength(1);
    expect(cut.lag.positions[harness.log.shardOf(runId)]).toBe(after);
  });
});
