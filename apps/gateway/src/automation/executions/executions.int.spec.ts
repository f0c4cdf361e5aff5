import { DomainError } from '@runnel/errors';
import type { DeploymentTarget, DeploymentView } from '@runnel/messaging';
import type { RunLog } from '@runnel/run-log';

import { FakeMetrics } from '../../testing/fake-metrics';
import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { RunStory } from '../../testing/run-story';
import { deploymentTarget } from '../../testing/targets';

const at = '2026-03-05T12:00:00.000Z';
const view: DeploymentView = {
  id: 'dep_1',
  patternId: 'pat_1',
  patternName: 'Webhook Logger',
  patternDescription: null,
  status: 'active',
  triggers: [{ type: 'OnWebhook', nodeId: 'node_1' }],
  schedules: [],
  nextRunAt: null,
  versionNumber: 3,
  confirmedAt: at,
  createdAt: at,
  updatedAt: at,
};

describe('executions', () => {
  let all: RunningGateway;
  let log: RunLog;
  let target: DeploymentTarget | null;

  beforeAll(async () => {
    all = await startAll();
    ({ log } = all.gateway);
    new FakeMetrics(all.services, log);
    all.services.answer('svc.deployments.resolve-deployment', ({ project, deploymentId }) => ({
      target: project === 'prj_1' && deploymentId === 'dep_1' ? target : null,
    }));
    all.services.answer('svc.deployments.get-deployment', ({ identity, id }) => {
      if (identity.project === 'prj_1' && id === 'dep_1') return view;
      throw new DomainError('NOT_FOUND', 'deployment not found');
    });
  });

  beforeEach(() => {
    target = deploymentTarget();
  });

  afterAll(() => all?.stop());

  /** Tells the next run that is asked for as `story` says. */
  const whenAsked = async (story: (run: RunStory) => Promise<void>): Promise<void> => {
    const abort = new AbortController();
    const shards = Array.from({ length: log.shards }, (_, shard) => shard);
    const heads = await Promise.all(shards.map((shard) => log.lastSequence(shard)));
    await Promise.all(
      shards.map(async (shard) => {
        const options = { after: heads[shard] ?? 0, output: false, signal: abort.signal };
        for await (const [entry] of log.tail(shard, options)) {
          abort.abort();
          if (entry?.kind !== 'commit') continue;
          const run = new RunStory(log, entry.runId, entry.commit.project);
          run.revision = entry.position.seq;
          await story(run);
        }
      }),
    );
  };
  const execute = (body: unknown = {}, query = '', id = 'dep_1') =>
    all.post<{ data: { runId: string; status: string }; code?: string }>(
      `/api/deployments/${id}/execute${query}`,
      body,
    );

  it('answers once the run has ended, with its status in the words of this door', async () => {
    const story = whenAsked((run) => run.runAtOnce(1));
    const answer = await execute({ eventData: { message: 'by hand' } });
    await story;
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { runId: expect.any(String) as unknown, status: 'completed' } },
    ]);
    const { commits } = await log.history(answer.body.data.runId);
    expect(commits[0]?.commit).toMatchObject({
      actor: { kind: 'user', id: 'usr_1' },
      project: 'prj_1',
      events: [
        {
          type: 'RunRequested',
          data: {
            trigger: { type: 'manual', nodeId: 'node_1' },
            payload: { inline: { message: 'by hand' } },
          },
        },
      ],
    });
  });

  it('does not take a failing pattern for an error', async () => {
    const story = whenAsked(async (run) => {
      await run.start();
      await run.fail();
    });
    const answer = await execute();
    await story;
    expect([answer.status, answer.body.data.status]).toEqual([200, 'failed']);
  });

  it('answers 504 when the run is timed out, and when it does not end', async () => {
    const story = whenAsked(async (run) => {
      await run.start();
      await run.timeOut();
    });
    const answer = await execute();
    await story;
    expect([answer.status, answer.body]).toMatchObject([
      504,
      {
        success: false,
        error: { code: 'EXECUTION_TIMEOUT' },
        data: { runId: expect.any(String) as unknown, status: 'timeout' },
      },
    ]);
    target = deploymentTarget({
      policy: { ...deploymentTarget().policy, timeout: { ms: 1, scope: 'run' } },
    });
    expect((await execute()).status).toBe(504);
    expect(all.gateway.watchedRuns()).toBe(0);
  });

  it('does not wait for a caller who does not want to', async () => {
    const answer = await execute({}, '?wait=false');
    expect([answer.status, answer.body.data.status]).toEqual([202, 'running']);
  });

  it.each([
    ['paused', 400, 'PAUSED'],
    ['failed', 400, 'DEPLOYMENT_NOT_ACTIVE'],
    ['undeployed', 400, 'DEPLOYMENT_NOT_ACTIVE'],
  ] as const)('refuses a deployment that is %s', async (status, expected, code) => {
    target = deploymentTarget({ status });
    const answer = await execute();
    expect([answer.status, answer.body.code]).toEqual([expected, code]);
  });

  it('does not know a deployment of another project', async () => {
    const answer = await execute({}, '', 'dep_2');
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each([{ eventData: 'text' }, { eventData: [1] }, { eventdata: {} }, { nodeId: 7 }])(
    'refuses %j',
    async (body) => {
      const answer = await execute(body);
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION']);
    },
  );

  it('lets nobody run a pattern who may only look', async () => {
    const viewer = all.gateway.token({ role: 'viewer' });
    const before = await log.lastSequence(0);
    const answer = await all.post('/api/deployments/dep_1/execute', {}, viewer);
    expect([answer.status, answer.body['code']]).toEqual([403, 'FORBIDDEN']);
    expect(await log.lastSequence(0)).toBe(before);
  });

  it('shows a run that the read model has not reached, at every door', async () => {
    const { body } = await execute({ eventData: { a: 1 } }, '?wait=false');
    const { runId } = body.data;
    const automation = await all.get(`/api/deployments/dep_1/runs/${runId}`);
    expect([automation.status, automation.body['data']]).toMatchObject([
      200,
      { id: runId, status: 'running', triggeredBy: 'manual', eventData: { a: 1 }, logOutput: [] },
    ]);
    const jobs = await all.get(`/v1/runs/${runId}`);
    expect([jobs.status, jobs.body]).toMatchObject([
      200,
      { id: runId, project_id: 'prj_1', status: 'queued', attempt: 1, triggered_by: 'manual' },
    ]);
    const events = await all.get<unknown[]>(`/v1/runs/${runId}/events`);
    expect(events.body).toMatchObject([{ events: [{ type: 'RunRequested' }] }]);
    const foreign = all.gateway.token({ project: 'prj_2' });
    for (const path of ['', '/events']) {
      const answer = await all.get(`/v1/runs/${runId}${path}`, foreign);
      expect([answer.status, answer.body['code']]).toEqual([404, 'RUN_NOT_FOUND']);
    }
  });

  it('pages through the commits of a run', async () => {
    const run = new RunStory(log, 'run_paged');
    await run.request();
    await run.start();
    for (let n = 0; n < 5; n += 1) await run.step();
    await run.complete();
    const seen: unknown[] = [];
    for (let after = ''; ;) {
      const query = `?limit=3${after && `&after=${after}`}`;
      const page = await all.get<{ position: string }[]>(`/v1/runs/run_paged/events${query}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.map(({ position }) => position));
      after = page.body.at(-1)?.position ?? '';
      if (page.body.length < 3) break;
    }
    expect(seen).toHaveLength(8);
    expect(new Set(seen).size).toBe(8);
  });

  it('lists runs with their page, their filter and the lag of the list', async () => {
    const asked: unknown[] = [];
    all.services.answer('svc.metrics.list-runs', (request) => {
      asked.push(request);
      return { items: [], total: 42, lag: { positions: [], lagSeconds: 0.25 } };
    });
    const answer = await all.get(
      '/api/deployments/dep_1/runs?status=failure&triggeredBy=webhook&page=3&limit=500',
    );
    expect(answer.body).toEqual({
      success: true,
      data: [],
      meta: { page: 3, limit: 100, total: 42, totalPages: 1 },
    });
    expect(answer.headers.get('x-projection-lag-seconds')).toBe('0.250');
    expect(asked).toEqual([
      {
        project: 'prj_1',
        deploymentId: 'dep_1',
        page: 3,
        limit: 100,
        statuses: ['failed', 'timed_out', 'crashed', 'system_failed', 'expired'],
        triggeredBy: ['webhook'],
      },
    ]);
    expect((await all.get('/api/deployments/dep_9/runs')).status).toBe(404);
    expect((await all.get('/api/deployments/dep_1/runs?status=ok')).status).toBe(400);
  });

  it('tells the routes that begin alike apart', async () => {
    all.services.answer('svc.metrics.run-stats', () => ({
      totalRuns: 0,
      successCount: 0,
      failureCount: 0,
      avgDurationMs: 0,
      p95DurationMs: 0,
      runsByTrigger: {},
      runsByPeriod: [],
      lastRunAt: null,
      lastSuccessAt: null,
      lastFailureAt: null,
    }));
    all.services.answer('svc.metrics.health-summary', () => ({
      runsLastHour: 134,
      failuresLastHour: 3,
    }));
    all.services.answer('svc.deployments.count-deployments', () => ({
      active: 8,
      paused: 2,
      failed: 0,
    }));
    const stats = await all.get('/api/deployments/dep_1/runs/stats?period=7d');
    expect(stats.body['data']).toMatchObject({ period: '7d', successRate: 0 });
    const health = await all.get('/api/deployments/health/summary');
    expect(health.body).toEqual({
      success: true,
      data: {
        deployments: { active: 8, paused: 2, failed: 0 },
        runsLastHour: 134,
        failuresLastHour: 3,
        errorRate: 2.24,
        engineStatus: 'connected',
      },
    });
  });
});

describe('test runs', () => {
  let all: RunningGateway;

  beforeAll(async () => {
    all = await startAll();
    all.services.answer('svc.deployments.transpile', ({ graphData }) => {
      if ((graphData as { nodes?: unknown }).nodes)
        return { code: '(async () => 1)', warnings: [] };
      const errors = [{ nodeId: '', message: 'Pattern has no trigger node', code: 'NO_TRIGGER' }];
      throw new DomainError('TRANSPILE_FAILED', 'the graph does not compile', {
        errors,
        warnings: [],
      });
    });
  });

  afterAll(() => all?.stop());

  const transpile = () =>
    all.post<{ code: string; runId: string }>('/api/execute/transpile', {
      graphData: { nodes: [] },
      nodeDefinitions: {},
    });

  it('run what was transpiled, between a first and a last line', async () => {
    const { body } = await transpile();
    expect(body).toMatchObject({
      success: true,
      warnings: [],
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
    all.services.answer('svc.executor.test-run', ({ code, eventData }) => {
      expect([code, eventData]).toEqual(['(async () => 1)', { a: 1 }]);
      return { status: 'completed', output: 1, logs: [{ level: 'info', message: 'Hello' }] };
    });
    const run = await all.post<{ logs: { message: string }[] }>('/api/execute/run', {
      code: body.code,
      eventData: { a: 1 },
    });
    expect([run.status, run.body]).toMatchObject([200, { status: 'completed' }]);
    expect(run.body.logs.map(({ message }) => message)).toEqual([
      'Execution started',
      'Hello',
      'Execution completed',
    ]);
  });

  it('tell how the pattern failed', async () => {
    const error = { type: 'TypeError', message: 'no number', nodeId: 'node_1', code: 'X' };
    all.services.answer('svc.executor.test-run', () => ({
      status: 'failed',
      output: null,
      error,
      logs: [],
    }));
    const run = await all.post('/api/execute/run', { code: (await transpile()).body.code });
    expect([run.status, run.body]).toMatchObject([
      200,
      { status: 'failed', error: { type: 'TypeError', message: 'no number', nodeId: 'node_1' } },
    ]);
  });

  it('end with 504 when they take too long', async () => {
    all.services.answer('svc.executor.test-run', () => ({
      status: 'timeout',
      output: null,
      logs: [],
    }));
    const run = await all.post('/api/execute/run', { code: (await transpile()).body.code });
    expect([run.status, run.body['code']]).toEqual([504, 'EXECUTION_TIMEOUT']);
    expect(run.body).toMatchObject({
      data: { status: 'timeout' },
      logs: [{ message: 'Execution started' }],
    });
  });

  it('never run what we did not seal, for this project', async () => {
    const { code } = (await transpile()).body;
    const before = all.services.count('svc.executor.test-run');
    const foreign = all.gateway.token({ project: 'prj_2' });
    const answers = await Promise.all([
      all.post('/api/execute/run', { code: '(async () => process.env)' }),
      all.post('/api/execute/run', { code: code.replace('1', '2') }),
      all.post('/api/execute/run', { code: `${code} ` }),
      all.post('/api/execute/run', { code }, foreign),
    ]);
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
      answers.map(() => [400, 'INVALID_CODE']),
    );
    expect(all.services.count('svc.executor.test-run')).toBe(before);
  });

  it('tell all that is wrong with a graph at once', async () => {
    const answer = await all.post('/api/execute/transpile', { graphData: {}, nodeDefinitions: {} });
    expect([answer.status, answer.body]).toEqual([
      422,
      {
        success: false,
        code: 'TRANSPILE_FAILED',
        error: 'the graph does not compile',
        errors: [{ nodeId: '', message: 'Pattern has no trigger node', code: 'NO_TRIGGER' }],
        warnings: [],
      },
    ]);
  });
});
