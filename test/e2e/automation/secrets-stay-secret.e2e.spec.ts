import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Client, registerUser } from '../../support/client';
import { deployWebhook, expectStatus, sendWebhook } from '../../support/deployed-webhook';
import { EchoServer } from '../../support/echo-server';
import { readStream } from '../../support/event-stream';
import { findInSystem } from '../../support/find-in-system';
import { graph } from '../../support/graphs';
import { commitsOf, waitUntilEnded } from '../../support/runs';

/** Nothing else looks like these. */
const SECRET = 'sk-canary-7f3e91c2/a+b"4d';
const ROTATED = 'sk-canary-rotated-55aa77';
const API_KEY = 'key-canary-c0ffee-1234567';

const hook = (responseMode: string) => ({
  id: 'hook',
  type: 'OnWebhook',
  data: { properties: { responseMode } },
});
const secret = { id: 'secret', type: 'GetSecret', data: { defaults: { name: 'CANARY' } } };

describe('a secret is known inside the run and nowhere else', () => {
  let runnel: TestRunnel;
  let client: Client;
  let echo: EchoServer;
  let environmentId: string;

  beforeAll(async () => {
    echo = await EchoServer.start();
    runnel = await startRunnel({
      restart: true,
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_EGRESS_ALLOW: '127.0.0.0/8',
        RUNNEL_LOG_LEVEL: 'trace',
        RUNNEL_HEARTBEAT_MS: '500',
        RUNNEL_LEASE_SECONDS: '3',
      },
    });
    client = await registerUser(runnel.baseUrl, 'canary@example.com');
    const environments = await client.get<{ data: { id: string }[] }>('/api/environments');
    environmentId = environments.body.data[0]?.id ?? '';
    await putSecret(SECRET);
    await expectStatus(
      client.send('PUT', `/api/environments/${environmentId}/variables/REGION`, {
        value: 'eu-west',
      }),
      200,
    );
  });

  afterAll(async () => {
    await runnel?.stop();
    await echo?.stop();
  });

  const putSecret = (value: string) =>
    expectStatus(
      client.send('PUT', `/api/environments/${environmentId}/secrets/CANARY`, { value }),
      200,
    );

  /** Deploys, knocks, waits, and gives all that anybody can see of the run. */
  async function everythingOf(graphData: unknown): Promise<{
    readonly status: string | undefined;
    readonly text: string;
    readonly answer: string;
    readonly runId: string;
  }> {
    const webhook = await deployWebhook(client, graphData);
    const answer = await sendWebhook(runnel.baseUrl, webhook, { name: 'x' });
    const runs = await waitFor(
      async () => {
        const page = await client.get<{ data: { id: string; status: string }[] }>(
          `/api/deployments/${webhook.deploymentId}/runs`,
        );
        const [run] = page.body.data;
        return run !== undefined && run.status !== 'running' ? page.body.data : undefined;
      },
      { timeoutMs: 30_000, what: 'the run to end' },
    );
    const [run] = runs;
    const runId = run?.id ?? '';
    const stream = await readStream({
      baseUrl: runnel.baseUrl,
      token: client.token ?? '',
      runId,
    });
    const v1 = await client.get(`/v1/runs/${runId}`);
    const commits = await commitsOf(client, runId);
    const shown = JSON.stringify([runs, stream.frames, v1.body, commits]);
    expect(shown + JSON.stringify(answer.body)).not.toMatch(/canary-(7f3e|rotated|c0ffee)/);
    return { status: run?.status, text: shown, answer: JSON.stringify(answer.body), runId };
  }

  it('in a log line', async () => {
    const seen = await everythingOf(
      graph(
        [hook('immediate'), secret, { id: 'log', type: 'Log' }],
        ['hook.exec -> log.exec', 'secret.value -> log.message'],
      ),
    );
    expect(seen.status).toBe('completed');
    expect(seen.text).toContain('"message":"***"');
  });

  it('in the output of the run, plain, in base64, as part of a JSON text and as a key', async () => {
    const seen = await everythingOf(
      graph(
        [
          hook('lastNode'),
          secret,
          {
            id: 'code',
            type: 'Code',
            data: {
              properties: {
                inputs: ['value'],
                outputs: ['all'],
                source:
                  'return { all: { plain: value, text: JSON.stringify([value]), url: encodeURIComponent(value), [value]: 1, length: value.length } };',
              },
            },
          },
        ],
        ['hook.exec -> code.exec', 'secret.value -> code.value'],
      ),
    );
    expect(seen.status).toBe('completed');
    expect(seen.answer).toContain('"plain":"***"');
    // The program itself had the real value.
    expect(seen.answer).toContain(`"length":${SECRET.length}`);
  });

  it('in an error that the pattern throws', async () => {
    const seen = await everythingOf(
      graph(
        [hook('immediate'), secret, { id: 'fail', type: 'ThrowError' }],
        ['hook.exec -> fail.exec', 'secret.value -> fail.message'],
      ),
    );
    expect(seen.status).toBe('failed');
    expect(seen.text).toContain('"errorMessage":"***"');
  });

  it('in the answer to a webhook', async () => {
    const seen = await everythingOf(
      graph(
        [
          hook('responseNode'),
          secret,
          { id: 'json', type: 'StringifyJson' },
          { id: 'answer', type: 'RespondToWebhook', data: { defaults: { statusCode: 200 } } },
        ],
        ['hook.exec -> answer.exec', 'secret.value -> json.value', 'json.text -> answer.body'],
      ),
    );
    expect(seen.answer).toContain('***');
  });

  it('in what a server says back; the server itself has been told', async () => {
    const seen = await everythingOf(
      graph(
        [
          hook('lastNode'),
          secret,
          {
            id: 'headers',
            type: 'SetProperty',
            data: { defaults: { object: {}, key: 'x-key' } },
          },
          {
            id: 'call',
            type: 'HttpRequest',
            data: { defaults: { url: `${echo.origin}/echo`, method: 'POST' } },
          },
        ],
        [
          'hook.exec -> call.exec',
          'secret.value -> headers.value',
          'headers.object -> call.headers',
          'secret.value -> call.body',
        ],
      ),
    );
    expect(seen.status).toBe('completed');
    expect(echo.seen.at(-1)).toMatchObject({ body: SECRET, headers: { 'x-key': SECRET } });
    expect(seen.answer).toContain('***');
  });

  it('in the error of a call that goes wrong', async () => {
    const seen = await everythingOf(
      graph(
        [hook('immediate'), secret, { id: 'call', type: 'HttpRequest', data: {} }],
        ['hook.exec -> call.exec', 'secret.value -> call.url'],
      ),
    );
    expect(seen.status).toBe('failed');
  });

  it('in a test run of the editor', async () => {
    const graphData = graph(
      [
        { id: 'start', type: 'OnStart' },
        secret,
        { id: 'log', type: 'Log' },
        { id: 'fail', type: 'ThrowError' },
      ],
      [
        'start.exec -> log.exec',
        'log.exec -> fail.exec',
        'secret.value -> log.message',
        'secret.value -> fail.message',
      ],
    );
    const transpiled = await expectStatus(
      client.post<{ code: string }>('/api/execute/transpile', {
        graphData,
        nodeDefinitions: {},
        trace: true,
      }),
      200,
    );
    expect(transpiled.body.code).not.toContain(SECRET);
    const result = await expectStatus(
      client.post('/api/execute/run', { code: transpiled.body.code }),
      200,
    );
    expect(result.body).toMatchObject({ status: 'failed', error: { message: '***' } });
    expect(JSON.stringify(result.body)).not.toContain('canary-7f3e');
  });

  it('raises where there is no such name, and says so without a list of those there are', async () => {
    const seen = await everythingOf(
      graph(
        [
          hook('immediate'),
          { id: 'read', type: 'GetSecret', data: { defaults: { name: 'NOT_THERE' } } },
          { id: 'log', type: 'Log' },
        ],
        ['hook.exec -> log.exec', 'read.value -> log.message'],
      ),
    );
    expect(seen.status).toBe('failed');
    expect(seen.text).toContain('The environment has no secret');
    expect(seen.text).toContain('NOT_THERE');
  });

  it('goes on after a pause with the variables it began with, and the secret of today', async () => {
    const webhook = await deployWebhook(client, pausingGraph(echo.origin));
    const { body } = await sendWebhook(runnel.baseUrl, webhook, {});
    await waitFor(
      async () =>
        (await commitsOf(client, body.runId)).some(({ events }) =>
          events.some(({ type }) => type === 'RunWaiting'),
        ) || undefined,
      { timeoutMs: 20_000, what: 'the run to wait' },
    );
    await putSecret(ROTATED);
    await expectStatus(
      client.send('PUT', `/api/environments/${environmentId}/variables/REGION`, {
        value: 'us-east',
      }),
      200,
    );
    const ended = await waitUntilEnded(client, [body.runId], 30_000);
    expect(ended.get(body.runId)).toBe('completed');
    const calls = echo.seen.filter(({ path }) => path.startsWith('/pause'));
    expect(calls.map(({ path, body: sent }) => [path, sent])).toEqual([
      ['/pause/before/eu-west', SECRET],
      ['/pause/after/eu-west', ROTATED],
    ]);
    const records = (await commitsOf(client, body.runId))
      .flatMap(({ events }) => events)
      .filter(({ data }) => data['nodeType'] === 'environment');
    expect(records).toHaveLength(2);
    expect(JSON.stringify(records)).toContain('CANARY');
    await putSecret(SECRET);
  });

  it('goes on so after its executor was killed, too', async () => {
    const webhook = await deployWebhook(client, pausingGraph(echo.origin, 4));
    const { body } = await sendWebhook(runnel.baseUrl, webhook, {});
    await waitFor(
      async () =>
        (await commitsOf(client, body.runId)).some(({ events }) =>
          events.some(({ data }) => data['nodeId'] === 'call_1'),
        ) || undefined,
      { timeoutMs: 20_000, what: 'the first call to be recorded' },
    );
    await putSecret(ROTATED);
    await expectStatus(
      client.send('PUT', `/api/environments/${environmentId}/variables/REGION`, {
        value: 'ap-south',
      }),
      200,
    );
    await runnel.services.executor.kill('SIGKILL');
    const ended = await waitUntilEnded(client, [body.runId], 45_000);
    expect(ended.get(body.runId)).toBe('completed');
    const calls = echo.seen.filter(({ headers }) =>
      String(headers['idempotency-key']).startsWith(body.runId),
    );
    expect(calls.map(({ path, body: sent }) => [path, sent])).toEqual([
      ['/pause/before/us-east', SECRET],
      ['/pause/after/us-east', ROTATED],
    ]);
    await putSecret(SECRET);
  });

  it('ends a run whose environment was deleted meanwhile, and says why', async () => {
    const created = await expectStatus(
      client.post<{ data: { id: string } }>('/api/environments', { name: 'short-lived' }),
      201,
    );
    const { id } = created.body.data;
    await expectStatus(
      client.send('PUT', `/api/environments/${id}/secrets/CANARY`, { value: SECRET }),
      200,
    );
    await expectStatus(
      client.send('PUT', `/api/environments/${id}/variables/REGION`, { value: 'eu' }),
      200,
    );
    const webhook = await deployWebhook(client, pausingGraph(echo.origin));
    await expectStatus(
      client.post(`/api/patterns/${webhook.patternId}/deploy`, {
        nodeDefinitions: {},
        environmentId: id,
      }),
      200,
    );
    const { body } = await sendWebhook(runnel.baseUrl, webhook, {});
    await waitFor(
      async () =>
        (await commitsOf(client, body.runId)).some(({ events }) =>
          events.some(({ type }) => type === 'RunWaiting'),
        ) || undefined,
      { timeoutMs: 20_000, what: 'the run to wait' },
    );
    expect((await client.send('DELETE', `/api/environments/${id}`)).body).toMatchObject({
      code: 'ENVIRONMENT_IN_USE',
    });
    await expectStatus(client.send('DELETE', `/api/patterns/${webhook.patternId}/deploy`), 200);
    await expectStatus(client.send('DELETE', `/api/environments/${id}`), 204);
    const ended = await waitUntilEnded(client, [body.runId], 30_000);
    expect(ended.get(body.runId)).toBe('system_failed');
    expect(JSON.stringify(await commitsOf(client, body.runId))).toContain('ENVIRONMENT_MISSING');
  });

  it('authenticates a request by a connection whose key the program never has', async () => {
    const created = await expectStatus(
      client.post<{ id: string }>('/api/connections/api-key', {
        provider: 'echo',
        apiKey: API_KEY,
        allowedHosts: [echo.origin],
      }),
      201,
    );
    const call = (url: string) =>
      graph(
        [
          hook('lastNode'),
          {
            id: 'call',
            type: 'HttpRequest',
            data: { defaults: { url }, properties: { connection: created.body.id } },
          },
        ],
        ['hook.exec -> call.exec'],
      );
    const seen = await everythingOf(call(`${echo.origin}/with-key`));
    expect(seen.status).toBe('completed');
    expect(echo.seen.at(-1)?.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(seen.answer).toContain('Bearer ***');

    const before = echo.seen.length;
    const elsewhere = await everythingOf(call(echo.origin.replace('127.0.0.1', '127.0.0.2')));
    expect(elsewhere.text).toContain('may not be sent to this host');
    expect(echo.seen).toHaveLength(before);
  });

  it('is nowhere in the log, the database, or any file', async () => {
    // That the search finds what is there: a text that was meant to be kept.
    expect((await findInSystem(runnel, ['canary@example.com'])).join()).toContain(
      'table deployments.user_account',
    );
    expect((await findInSystem(runnel, ['eu-west'])).join()).toMatch(/stream RUNS_\d/);
    expect(await findInSystem(runnel, [SECRET, ROTATED, API_KEY])).toEqual([]);
    expect(
      await findInSystem(runnel, ['canary-7f3e91c2', 'canary-rotated', 'canary-c0ffee']),
    ).toEqual([]);
  });
});

/** Calls, waits for longer than an executor holds a run, and calls again. */
function pausingGraph(origin: string, seconds = 6) {
  const call = (id: string) => ({
    id,
    type: 'HttpRequest',
    data: { defaults: { method: 'POST' } },
  });
  const url = (id: string, path: string) => ({
    id,
    type: 'Concat',
    data: { defaults: { a: `${origin}/pause/${path}/` } },
  });
  return graph(
    [
      hook('immediate'),
      secret,
      { id: 'region', type: 'GetEnvironment', data: { defaults: { name: 'REGION' } } },
      url('url_1', 'before'),
      url('url_2', 'after'),
      call('call_1'),
      { id: 'wait', type: 'Delay', data: { defaults: { seconds } } },
      call('call_2'),
    ],
    [
      'hook.exec -> call_1.exec',
      'call_1.exec -> wait.exec',
      'wait.exec -> call_2.exec',
      'region.value -> url_1.b',
      'region.value -> url_2.b',
      'url_1.result -> call_1.url',
      'url_2.result -> call_2.url',
      'secret.value -> call_1.body',
      'secret.value -> call_2.body',
    ],
  );
}
