import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Answer, type Client, registerUser } from '../../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../../support/deployed-webhook';
import {
  deployAgain,
  type DeployedPattern,
  deployPattern,
  moodyGraph,
} from '../../support/moody-pattern';
import { waitUntilEnded } from '../../support/runs';

interface Run {
  readonly id: string;
  readonly deploymentId: string;
  readonly status: string;
  readonly triggeredBy: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  readonly eventData: unknown;
  readonly logOutput: readonly { readonly level: string; readonly message: string }[];
  readonly errorMessage: string | null;
  readonly attempt: number;
  readonly versionNumber: number;
  readonly retryOf?: string;
  readonly replayOf?: string;
}
interface Body {
  readonly success: boolean;
  readonly code?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly data: { readonly runId: string; readonly status: string };
}
interface List {
  readonly data: readonly Run[];
  readonly meta: { page: number; limit: number; total: number; totalPages: number };
}

/** An HTTP server that never answers, and knows how many wait for it. */
class SilentServer {
  open = 0;
  readonly server: Server = createServer((_, response) => {
    this.open += 1;
    response.once('close', () => (this.open -= 1));
  });

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
}

let runnel: TestRunnel;
let client: Client;
let stranger: Client;
let moody: DeployedPattern;
let webhook: DeployedWebhook;
const silent = new SilentServer();

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.server.listen(0, '127.0.0.1', resolve));
  runnel = await startRunnel({
    env: {
      RUNNEL_RATE_LIMITS: 'off',
      RUNNEL_BREAKER_THRESHOLD: '0',
      RUNNEL_EGRESS_ALLOW: `127.0.0.1:${silent.port}`,
    },
  });
  client = await registerUser(runnel.baseUrl, 'ada@example.com');
  stranger = await registerUser(runnel.baseUrl, 'eve@example.com');
  const url = `http://127.0.0.1:${silent.port}/`;
  moody = await deployPattern(client, moodyGraph('OnStart', url));
  webhook = await deployWebhook(client, moodyGraph('OnWebhook', url));
});

afterAll(async () => {
  await runnel?.stop();
  silent.server.closeAllConnections();
  silent.server.close();
});

const runs = (id = moody.deploymentId): string => `/api/deployments/${id}/runs`;

async function execute(
  mode: string | undefined,
  { wait = true, who = client, id = moody.deploymentId } = {},
): Promise<Answer<Body>> {
  const body = mode === undefined ? {} : { eventData: { mode } };
  return who.post<Body>(`/api/deployments/${id}/execute${wait ? '' : '?wait=false'}`, body);
}

async function begin(mode: string): Promise<string> {
  const answer = await execute(mode, { wait: false });
  expect([answer.status, answer.body.data.status]).toEqual([202, 'running']);
  return answer.body.data.runId;
}

const command = (
  verb: 'retry' | 'replay' | 'cancel',
  runId: string,
  { id = moody.deploymentId, who = client, query = '', headers = {} } = {},
): Promise<Answer<Body>> =>
  who.post<Body>(`${runs(id)}/${runId}/${verb}${query}`, undefined, headers);

async function show(runId: string, id = moody.deploymentId): Promise<Run> {
  return (await client.get<{ data: Run }>(`${runs(id)}/${runId}`)).body.data;
}

const refusal = ({ status, body }: Answer<Body>): readonly unknown[] => [
  status,
  body.success,
  body.code,
  body.error?.code,
];
const refused = (status: number, code: string): readonly unknown[] => [status, false, code, code];

/** Waits until the list, which may lag, is as it should be. */
function listed(path: string, isComplete: (list: List) => boolean): Promise<List> {
  return waitFor(
    async () => {
      const { body } = await client.get<List>(path);
      return isComplete(body) ? body : undefined;
    },
    { timeoutMs: 20_000, what: `${path} to be complete` },
  );
}

async function heldAttempts(): Promise<number> {
  const url = `${runnel.services.executor.managementUrl}/metrics`;
  const text = await (await fetch(url)).text();
  return Number(/^runnel_executor_held_attempts\{[^}]*\} (\d+)/m.exec(text)?.[1]);
}

describe('D.7 POST /api/deployments/:id/execute', () => {
  it('answers once the run has ended; a failing pattern is no error', async () => {
    const good = await execute('fine');
    expect([good.status, good.body]).toEqual([
      200,
      { success: true, data: { runId: good.body.data.runId, status: 'completed' } },
    ]);
    const bad = await execute('fail');
    expect([bad.status, bad.body.data.status]).toEqual([200, 'failed']);
  });

  it('does not wait for who does not want to', async () => {
    const runId = await begin('fine');
    expect((await waitUntilEnded(client, [runId])).get(runId)).toBe('completed');
  });

  it('answers 504 for a run over its time, which is timed out', async () => {
    const short = await deployPattern(
      client,
      moodyGraph('OnStart', `http://127.0.0.1:${silent.port}`),
      { timeoutMs: 300 },
    );
    const answer = await execute('call', { id: short.deploymentId });
    expect(refusal(answer)).toEqual(refused(504, 'EXECUTION_TIMEOUT'));
    await waitFor(() => (silent.open === 0 ? true : undefined), {
      timeoutMs: 10_000,
      what: 'the call of the run that was timed out to be cut',
    });
    expect(answer.body.data.status).toBe('timeout');
    const { runId } = answer.body.data;
    await waitUntilEnded(client, [runId]);
    expect((await show(runId, short.deploymentId)).status).toBe('timeout');
  });

  it('refuses a deployment that is paused or undeployed, and one that is not there', async () => {
    const other = await deployPattern(client, moodyGraph('OnStart'));
    const path = `/api/deployments/${other.deploymentId}`;
    await client.post(`${path}/pause`);
    expect(refusal(await execute('fine', { id: other.deploymentId }))).toEqual(
      refused(400, 'PAUSED'),
    );
    await client.send('DELETE', `/api/patterns/${other.patternId}/deploy`);
    expect(refusal(await execute('fine', { id: other.deploymentId }))).toEqual(
      refused(400, 'DEPLOYMENT_NOT_ACTIVE'),
    );
    const missing = await execute('fine', { id: 'dep_01jzk5m8v2f3qtc6x9w4d7yhna' });
    const foreign = await execute('fine', { who: stranger });
    expect(refusal(missing)).toEqual(refused(404, 'NOT_FOUND'));
    expect(foreign.body).toEqual(missing.body);
  });
});

describe('D.18 POST /api/deployments/:id/runs/:runId/retry', () => {
  let failed: string;

  beforeAll(async () => {
    failed = (await execute('fail')).body.data.runId;
  });

  it('makes a new run of the same event data and answers once it has ended', async () => {
    const before = await show(failed);
    const answer = await command('retry', failed);
    expect([answer.status, answer.body.data.status]).toEqual([200, 'failed']);
    const { runId } = answer.body.data;
    expect(runId).not.toBe(failed);
    expect(await show(runId)).toMatchObject({
      status: 'failed',
      attempt: 2,
      retryOf: failed,
      eventData: { mode: 'fail' },
      triggeredBy: 'manual',
      errorMessage: 'told to fail',
    });
    expect(await show(failed)).toEqual(before);
  });

  it('runs the version that is deployed now', async () => {
    const fixed = await deployPattern(client, moodyGraph('OnStart'));
    const id = fixed.deploymentId;
    const { runId } = (await execute('fail', { id })).body.data;
    const graphData = moodyGraph('OnStart');
    const edges = graphData.edges.map((edge) =>
      edge.sourceHandle === 'case0' ? { ...edge, target: 'done' } : edge,
    );
    await client.send('PUT', `/api/patterns/${fixed.patternId}`, {
      graphData: { ...graphData, edges },
    });
    await deployAgain(client, fixed.patternId);
    const answer = await command('retry', runId, { id });
    expect(answer.body.data.status).toBe('completed');
    expect([
      (await show(runId, id)).versionNumber,
      (await show(answer.body.data.runId, id)).versionNumber,
    ]).toEqual([1, 2]);
  });

  it('ends as a dead letter with the third attempt, which can be retried still', async () => {
    const second = (await command('retry', failed)).body.data.runId;
    const third = await command('retry', second);
    expect([third.status, third.body.data.status]).toEqual([200, 'dead_letter']);
    const fourth = await command('retry', third.body.data.runId);
    expect([fourth.status, fourth.body.data.status]).toEqual([200, 'dead_letter']);
    expect((await show(fourth.body.data.runId)).attempt).toBe(4);
  });

  it('does not wait for who does not want to', async () => {
    const answer = await command('retry', failed, { query: '?wait=false' });
    expect([answer.status, answer.body.data.status]).toEqual([202, 'running']);
    const { runId } = answer.body.data;
    expect((await waitUntilEnded(client, [runId])).get(runId)).toBe('failed');
  });

  it('takes a null event for a run that had none', async () => {
    const { runId } = (await execute(undefined)).body.data;
    expect(refusal(await command('retry', runId))).toEqual(refused(400, 'INVALID_STATUS'));
    const original = await show(runId);
    expect(original.eventData).toBeNull();
  });

  it('has one follow-up run per key, however often it is sent', async () => {
    const headers = { 'x-idempotency-key': 'retry-17' };
    const answers = await Promise.all([
      command('retry', failed, { headers }),
      command('retry', failed, { headers }),
      command('retry', failed, { headers }),
    ]);
    const again = await command('retry', failed, { headers });
    const ids = new Set([...answers, again].map(({ body }) => body.data.runId));
    expect(ids.size).toBe(1);
    expect([...answers, again].map(({ body }) => body.data.status)).toEqual(
      Array.from({ length: 4 }, () => 'failed'),
    );
  });

  it('is for what has failed only', async () => {
    const good = (await execute('fine')).body.data.runId;
    expect(refusal(await command('retry', good))).toEqual(refused(400, 'INVALID_STATUS'));
    const running = await begin('nap');
    expect(refusal(await command('retry', running))).toEqual(refused(400, 'INVALID_STATUS'));
    await command('cancel', running);
    expect(refusal(await command('retry', running))).toEqual(refused(400, 'INVALID_STATUS'));
  });

  it('needs an active deployment; a wrong status is told before that', async () => {
    const other = await deployPattern(client, moodyGraph('OnStart'));
    const id = other.deploymentId;
    const bad = (await execute('fail', { id })).body.data.runId;
    const good = (await execute('fine', { id })).body.data.runId;
    await client.post(`/api/deployments/${id}/pause`);
    expect(refusal(await command('retry', bad, { id }))).toEqual(
      refused(400, 'DEPLOYMENT_NOT_ACTIVE'),
    );
    expect(refusal(await command('retry', good, { id }))).toEqual(refused(400, 'INVALID_STATUS'));
    await client.send('DELETE', `/api/patterns/${other.patternId}/deploy`);
    expect(refusal(await command('retry', bad, { id }))).toEqual(
      refused(400, 'DEPLOYMENT_NOT_ACTIVE'),
    );
  });

  it.each(['retry', 'replay', 'cancel'] as const)(
    'knows no run that is missing, of another deployment or of another project, nor does %s',
    async (verb) => {
      const missing = await command(verb, 'run_01jzk5m8v2f3qtc6x9w4d7yhna');
      expect(refusal(missing)).toEqual(refused(404, 'NOT_FOUND'));
      const strangers = await deployPattern(stranger, moodyGraph('OnStart'));
      const answers = await Promise.all([
        command(verb, failed, { id: webhook.deploymentId }),
        command(verb, failed, { who: stranger, id: strangers.deploymentId }),
        command(verb, 'x%00'),
      ]);
      for (const answer of answers) {
        expect(refusal(answer)).toEqual(refused(404, 'NOT_FOUND'));
      }
      expect(answers[1]?.body).toEqual(missing.body);
      const foreign = await command(verb, failed, { who: stranger });
      expect(refusal(foreign)).toEqual(refused(404, 'NOT_FOUND'));
      const nobody = await fetch(`${runnel.baseUrl}${runs()}/${failed}/${verb}`, {
        method: 'POST',
      });
      expect(nobody.status).toBe(401);
    },
  );
});

describe('D.19 POST /api/deployments/:id/runs/:runId/replay', () => {
  it('runs again whatever has ended, as a first attempt of the same trigger', async () => {
    const sent = await sendWebhook(runnel.baseUrl, webhook, { mode: 'fine', n: 1 });
    const { runId } = sent.body;
    await waitUntilEnded(client, [runId]);
    const original = await show(runId, webhook.deploymentId);
    const answer = await command('replay', runId, { id: webhook.deploymentId });
    expect([answer.status, answer.body.data.status]).toEqual([200, 'completed']);
    expect(await show(answer.body.data.runId, webhook.deploymentId)).toMatchObject({
      triggeredBy: 'webhook',
      attempt: 1,
      replayOf: runId,
      eventData: original.eventData,
    });
    expect(original.eventData).toMatchObject({ body: { mode: 'fine', n: 1 }, method: 'POST' });
  });

  it('takes along an event that is too large for the log', async () => {
    const sent = await sendWebhook(runnel.baseUrl, webhook, {
      mode: 'fail',
      ballast: 'x'.repeat(200_000),
    });
    const { runId } = sent.body;
    await waitUntilEnded(client, [runId]);
    const answer = await command('replay', runId, { id: webhook.deploymentId });
    expect([answer.status, answer.body.data.status]).toEqual([200, 'failed']);
  });

  it('refuses a run without event data, and one that has not ended', async () => {
    const empty = (await execute(undefined)).body.data.runId;
    expect(refusal(await command('replay', empty))).toEqual(refused(400, 'NO_EVENT_DATA'));
    const running = await begin('nap');
    expect(refusal(await command('replay', running))).toEqual(refused(400, 'INVALID_STATUS'));
    await command('cancel', running);
    const canceled = await command('replay', running, { query: '?wait=false' });
    expect(canceled.status).toBe(202);
    await command('cancel', canceled.body.data.runId);
  });

  it('needs an active deployment', async () => {
    const other = await deployPattern(client, moodyGraph('OnStart'));
    const id = other.deploymentId;
    const { runId } = (await execute('fine', { id })).body.data;
    const empty = (await execute(undefined, { id })).body.data.runId;
    await client.post(`/api/deployments/${id}/pause`);
    for (const run of [runId, empty]) {
      expect(refusal(await command('replay', run, { id }))).toEqual(
        refused(400, 'DEPLOYMENT_NOT_ACTIVE'),
      );
    }
  });
});

describe('E.8 POST /api/deployments/:id/runs/:runId/cancel', () => {
  it('stops an HTTP call under way within a second', async () => {
    const runId = await begin('call');
    await waitFor(() => (silent.open === 1 ? true : undefined), {
      timeoutMs: 15_000,
      what: 'the call',
    });
    const answer = await command('cancel', runId);
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { runId, status: 'canceled' } },
    ]);
    const since = performance.now();
    await waitFor(() => (silent.open === 0 ? true : undefined), {
      timeoutMs: 10_000,
      what: 'the call to be cut',
    });
    // The call itself would take 30 s, and nothing else ends it.
    expect(performance.now() - since).toBeLessThan(10_000);
    const run = await show(runId);
    expect([run.status, run.errorMessage]).toEqual(['canceled', 'canceled on request']);
  });

  it('stops a loop, and the executor takes other work', async () => {
    const runId = await begin('spin');
    await waitFor(async () => ((await heldAttempts()) === 1 ? true : undefined), {
      timeoutMs: 10_000,
      what: 'the loop',
    });
    await command('cancel', runId);
    await waitFor(async () => ((await heldAttempts()) === 0 ? true : undefined), {
      timeoutMs: 4_000,
      what: 'the loop to be stopped',
    });
    expect((await show(runId)).status).toBe('canceled');
    expect((await execute('fine')).body.data.status).toBe('completed');
  });

  it('ends a run that waits, and is the same the second time', async () => {
    const runId = await begin('nap');
    await waitFor(
      async () => {
        const { body } = await client.get<{ status: string }>(`/v1/runs/${runId}`);
        return body.status === 'waiting' ? true : undefined;
      },
      { timeoutMs: 15_000, what: 'the run to wait' },
    );
    const answers = [await command('cancel', runId), await command('cancel', runId)];
    expect(answers.map(({ status, body }) => [status, body.data.status])).toEqual([
      [200, 'canceled'],
      [200, 'canceled'],
    ]);
    const { body } = await client.get<{ events: { type: string }[] }[]>(`/v1/runs/${runId}/events`);
    const types = body.flatMap(({ events }) => events.map(({ type }) => type));
    expect(types.filter((type) => type === 'RunCanceled')).toHaveLength(1);
    expect(types.at(-1)).toBe('RunCanceled');
  });

  it('refuses a run that has ended otherwise', async () => {
    const { runId } = (await execute('fine')).body.data;
    expect(refusal(await command('cancel', runId))).toEqual(refused(400, 'INVALID_STATUS'));
  });

  it('answers a caller who waits for the run', async () => {
    const since = new Date().toISOString();
    const waiting = execute('nap');
    const list = await listed(
      `${runs()}?status=running`,
      ({ data }) => (data[0]?.startedAt ?? '') >= since,
    );
    await command('cancel', list.data[0]?.id ?? '');
    const answer = await waiting;
    expect([answer.status, answer.body.data.status]).toEqual([200, 'canceled']);
  });
});

describe('D.16 GET /api/deployments/:id/runs', () => {
  let id: string;
  let byStatus: Record<string, string>;

  beforeAll(async () => {
    id = (
      await deployPattern(client, moodyGraph('OnStart', `http://127.0.0.1:${silent.port}`), {
        timeoutMs: 2_000,
      })
    ).deploymentId;
    const run = async (mode: string) => (await execute(mode, { id })).body.data.runId;
    const failed = await run('fail');
    const second = (await command('retry', failed, { id })).body.data.runId;
    const deadLetter = (await command('retry', second, { id })).body.data.runId;
    const timedOut = await run('call');
    const completed = await run('fine');
    await waitUntilEnded(client, [timedOut]);
    byStatus = { failed, second, deadLetter, timedOut, completed };
    await listed(
      runs(id),
      ({ data }) => data.length === 5 && data.every(({ completedAt }) => completedAt !== null),
    );
  });

  it('shows whole runs, newest first', async () => {
    const { body } = await client.get<List>(runs(id));
    expect(body.meta).toEqual({ page: 1, limit: 20, total: 5, totalPages: 1 });
    expect(body.data.map((run) => run.id)).toEqual([
      byStatus['completed'],
      byStatus['timedOut'],
      byStatus['deadLetter'],
      byStatus['second'],
      byStatus['failed'],
    ]);
    const run = body.data[0];
    expect(run).toMatchObject({
      deploymentId: id,
      triggeredBy: 'manual',
      status: 'completed',
      eventData: { mode: 'fine' },
      errorMessage: null,
    });
    expect(run?.logOutput).toMatchObject([{ level: 'info', message: 'done' }]);
    expect(Date.parse(run?.completedAt ?? '') - Date.parse(run?.startedAt ?? '')).toBe(
      run?.durationMs,
    );
  });

  it.each([
    ['success', ['completed']],
    ['completed', ['completed']],
    ['failure', ['timedOut', 'second', 'failed']],
    ['failed', ['timedOut', 'second', 'failed']],
    ['timeout', ['timedOut']],
    ['dead_letter', ['deadLetter']],
    ['running', []],
  ])('filters by status %s', async (status, expected) => {
    const { body } = await client.get<List>(`${runs(id)}?status=${status}`);
    expect(body.data.map((run) => run.id)).toEqual(expected.map((name) => byStatus[name]));
    expect(body.meta.total).toBe(expected.length);
  });

  it('filters by trigger and pages', async () => {
    const webhooks = await client.get<List>(`${runs(id)}?triggeredBy=webhook`);
    expect(webhooks.body.meta).toEqual({ page: 1, limit: 20, total: 0, totalPages: 0 });
    const second = await client.get<List>(`${runs(id)}?triggeredBy=manual&page=2&limit=2`);
    expect(second.body.meta).toEqual({ page: 2, limit: 2, total: 5, totalPages: 3 });
    expect(second.body.data.map((run) => run.id)).toEqual([
      byStatus['deadLetter'],
      byStatus['second'],
    ]);
    const past = await client.get<List>(`${runs(id)}?page=9`);
    expect([past.status, past.body.data]).toEqual([200, []]);
  });

  it.each(['status=ok', 'triggeredBy=luck', 'page=0', 'limit=x', 'page=-1'])(
    'refuses ?%s',
    async (query) => {
      const answer = await client.get<Body>(`${runs(id)}?${query}`);
      expect(refusal(answer)).toEqual(refused(400, 'VALIDATION'));
    },
  );

  it('knows no deployment of another project, nor a run of it', async () => {
    const missing = await client.get<Body>(runs('dep_01jzk5m8v2f3qtc6x9w4d7yhna'));
    expect(refusal(missing)).toEqual(refused(404, 'NOT_FOUND'));
    expect((await stranger.get<Body>(runs(id))).body).toEqual(missing.body);
    const run = byStatus['failed'] ?? '';
    const foreign = await stranger.get<Body>(`${runs(id)}/${run}`);
    const elsewhere = await client.get<Body>(`${runs(webhook.deploymentId)}/${run}`);
    const none = await client.get<Body>(`${runs(id)}/run_01jzk5m8v2f3qtc6x9w4d7yhna`);
    expect(refusal(none)).toEqual(refused(404, 'NOT_FOUND'));
    expect([foreign.body, elsewhere.body]).toEqual([none.body, none.body]);
  });
});

describe('G GET /api/runs, GET /api/dead-letters, POST /api/runs/retry', () => {
  it('list over all deployments of the project, and retry in bulk', async () => {
    const one = await deployPattern(stranger, moodyGraph('OnStart'));
    const two = await deployPattern(stranger, moodyGraph('OnStart'));
    const deadLetter = async ({ deploymentId: id }: DeployedPattern): Promise<string> => {
      let { runId } = (await execute('fail', { who: stranger, id })).body.data;
      for (let n = 0; n < 2; n += 1) {
        runId = (await command('retry', runId, { who: stranger, id })).body.data.runId;
      }
      return runId;
    };
    const letters = [await deadLetter(one), await deadLetter(two)];
    const list = await waitFor(
      async () => {
        const { body } = await stranger.get<List>('/api/dead-letters');
        return body.meta.total === 2 ? body : undefined;
      },
      { timeoutMs: 20_000, what: 'the dead letters' },
    );
    expect(list.data.map(({ id }) => id)).toEqual([...letters].reverse());
    const ofOne = await stranger.get<List>(`/api/dead-letters?deploymentId=${one.deploymentId}`);
    expect(ofOne.body.data.map(({ id }) => id)).toEqual([letters[0]]);
    const all = await stranger.get<List>('/api/runs?status=failure&limit=1&page=2');
    expect(all.body.meta).toEqual({ page: 2, limit: 1, total: 4, totalPages: 4 });

    const good = (await execute('fine', { who: stranger, id: one.deploymentId })).body.data.runId;
    const foreign = (await execute('fail')).body.data.runId;
    const missing = 'run_01jzk5m8v2f3qtc6x9w4d7yhna';
    const runIds = [...letters, good, foreign, missing, letters[0]];
    const headers = { 'x-idempotency-key': 'bulk-1' };
    type Bulk = {
      data: {
        accepted: number;
        refused: number;
        results: { runId: string; status: string; newRunId?: string; error?: { code: string } }[];
      };
    };
    const bulk = await stranger.post<Bulk>('/api/runs/retry', { runIds }, headers);
    expect([bulk.status, bulk.body.data.accepted, bulk.body.data.refused]).toEqual([202, 2, 3]);
    expect(
      bulk.body.data.results.map(({ runId, error }) => [runId, error?.code ?? 'accepted']),
    ).toEqual([
      [letters[0], 'accepted'],
      [letters[1], 'accepted'],
      [good, 'INVALID_STATUS'],
      [foreign, 'NOT_FOUND'],
      [missing, 'NOT_FOUND'],
    ]);
    const again = await stranger.post<Bulk>('/api/runs/retry', { runIds }, headers);
    expect(again.body).toEqual(bulk.body);
    const news = bulk.body.data.results.flatMap(({ newRunId }) => newRunId ?? []);
    const ended = await waitUntilEnded(stranger, news);
    expect([...ended.values()]).toEqual(['dead_letter', 'dead_letter']);
  });

  it.each([{}, { runIds: [] }, { runIds: 'all' }, { runIds: Array(101).fill('run_1') }])(
    'refuse a request that names none or too many (%#)',
    async (body) => {
      const answer = await client.post<Body>('/api/runs/retry', body);
      expect(refusal(answer)).toEqual(refused(400, 'VALIDATION'));
    },
  );
});
