import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Answer, type Client, registerUser } from '../../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../../support/deployed-webhook';
import {
  deployAgain,
  type DeployedPattern,
  deployPattern,
  moodyGraph,
} from '../../support/moody-pattern';
import { type Body, type List, refusal, refused, type Run } from '../../support/run-bodies';
import { waitUntilEnded } from '../../support/runs';
import { SilentServer } from '../../support/silent-server';

let runnel: TestRunnel;
let client: Client;
let stranger: Client;
let moody: DeployedPattern;
let webhook: DeployedWebhook;
let silent: SilentServer;

beforeAll(async () => {
  silent = await SilentServer.start();
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
  silent?.stop();
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
