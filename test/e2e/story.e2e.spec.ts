import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Client, registerUser } from '../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { type Frame, readStream } from '../support/event-stream';
import { graph, threeNodeGraph } from '../support/graphs';

interface RunItem {
  readonly id: string;
  readonly status: string;
  readonly triggeredBy: string;
  readonly logOutput: readonly { readonly level: string; readonly message: string }[];
}

/** The promise of the README, whole: register, draw, deploy, knock 200 times, watch. */
describe('a signed webhook becomes a durable run that anyone can watch', () => {
  const good = 200;
  const bad = 10;
  let runnel: TestRunnel;
  let client: Client;
  let webhook: DeployedWebhook;
  let runIds: readonly string[];

  beforeAll(async () => {
    runnel = await startRunnel({ durable: true, env: { RUNNEL_RATE_LIMITS: 'off' } });
    client = await registerUser(runnel.baseUrl, 'ada@example.com');
    webhook = await deployWebhook(client, threeNodeGraph);
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  it('accepts every webhook that is signed and refuses every other', async () => {
    const answers = await Promise.all(
      Array.from({ length: good + bad }, (_, n) =>
        sendWebhook(
          runnel.baseUrl,
          webhook,
          { name: `event-${n}` },
          n < bad ? { secret: 'wrong' } : {},
        ),
      ),
    );
    const refused = answers.filter(({ status }) => status === 401);
    const accepted = answers.filter(({ status }) => status === 202);
    expect(refused).toHaveLength(bad);
    expect(refused.every(({ body }) => body.code === 'INVALID_SIGNATURE')).toBe(true);
    expect(accepted).toHaveLength(good);
    runIds = accepted.map(({ body }) => body.runId);
    expect(new Set(runIds).size).toBe(good);
  });

  it('completes all of them, and none that was refused', async () => {
    const list = await waitFor(
      async () => {
        const page = await client.get<{ data: RunItem[]; meta: { total: number } }>(
          `/api/deployments/${webhook.deploymentId}/runs?status=success&limit=100`,
        );
        return page.body.meta.total >= good ? page.body : undefined;
      },
      { timeoutMs: 60_000, what: 'all runs to be completed' },
    );
    expect(list.meta.total).toBe(good);
    const all = await client.get<{ meta: { total: number } }>(
      `/api/deployments/${webhook.deploymentId}/runs`,
    );
    expect(all.body.meta.total).toBe(good);
    const listed = new Set(list.data.map(({ id }) => id));
    expect([...listed].every((id) => runIds.includes(id))).toBe(true);
    expect(list.data.every(({ triggeredBy }) => triggeredBy === 'webhook')).toBe(true);
    expect(list.data[0]?.logOutput.some(({ message }) => message.startsWith('event-'))).toBe(true);
  });

  it('counts them right', async () => {
    const stats = await client.get<{ data: Record<string, unknown> }>(
      `/api/deployments/${webhook.deploymentId}/runs/stats?period=24h`,
    );
    expect(stats.body.data).toMatchObject({
      totalRuns: good,
      successCount: good,
      failureCount: 0,
      successRate: 100,
      runsByTrigger: { webhook: good, schedule: 0, manual: 0 },
      period: '24h',
    });
    const deployment = await client.get<{
      data: { totalRuns: number; lastRun: { status: string } }[];
    }>('/api/deployments');
    expect(deployment.body.data[0]).toMatchObject({
      totalRuns: good,
      lastRun: { status: 'completed' },
    });
  });

  it('gives one idempotency key one run', async () => {
    const [first, second] = [
      await sendWebhook(runnel.baseUrl, webhook, { name: 'once' }, { idempotencyKey: 'order-17' }),
      await sendWebhook(runnel.baseUrl, webhook, { name: 'once' }, { idempotencyKey: 'order-17' }),
    ];
    expect([first.status, first.body.status]).toEqual([202, 'accepted']);
    expect([second.status, second.body.status]).toEqual([202, 'duplicate']);
    expect(second.body.runId).toBe(first.body.runId);
  });

  it('streams a run live, and a reader that was cut resumes without a gap and without a duplicate', async () => {
    const slow = await deployWebhook(client, slowGraph);
    const { body } = await sendWebhook(runnel.baseUrl, slow, { name: 'watched' });
    const reader = { baseUrl: runnel.baseUrl, token: tokenOf(client), runId: body.runId };
    const uncut = readStream(reader);
    const before = await readStream({ ...reader, cutAfter: 3 });
    expect(before.ended).toBe(false);
    const after = await readStream({ ...reader, lastEventId: before.frames.at(-1)?.id ?? '' });
    const whole = await uncut;

    expect(whole.ended).toBe(true);
    expect(after.ended).toBe(true);
    expect(ids([...before.frames, ...after.frames])).toEqual(ids(whole.frames));
    expect(new Set(ids(whole.frames)).size).toBe(whole.frames.length);
    expect(whole.frames.at(-1)?.data).toMatchObject({ type: 'status_change', to: 'completed' });
  });

  it('answers the caller itself when the pattern says so', async () => {
    const answering = await deployWebhook(client, answeringGraph);
    const answer = await sendWebhook(runnel.baseUrl, answering, { name: 'Grace' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ hello: 'Grace' });
  });
});

/** Says three things with a pause before each. */
const slowGraph = graph(
  [
    { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
    { id: 'wait_1', type: 'Delay', data: { defaults: { seconds: 0.3 } } },
    { id: 'say_1', type: 'Log', data: { defaults: { message: 'one' } } },
    { id: 'wait_2', type: 'Delay', data: { defaults: { seconds: 0.3 } } },
    { id: 'say_2', type: 'Log', data: { defaults: { message: 'two' } } },
    { id: 'wait_3', type: 'Delay', data: { defaults: { seconds: 0.3 } } },
    { id: 'say_3', type: 'Log', data: { defaults: { message: 'three' } } },
  ],
  [
    'hook.exec -> wait_1.exec',
    'wait_1.exec -> say_1.exec',
    'say_1.exec -> wait_2.exec',
    'wait_2.exec -> say_2.exec',
    'say_2.exec -> wait_3.exec',
    'wait_3.exec -> say_3.exec',
  ],
);

/** Answers 201 with a greeting made from the event. */
const answeringGraph = graph(
  [
    { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'responseNode' } } },
    { id: 'name', type: 'GetProperty', data: { defaults: { key: 'name' } } },
    { id: 'object', type: 'SetProperty', data: { defaults: { object: {}, key: 'hello' } } },
    { id: 'json', type: 'StringifyJson' },
    {
      id: 'answer',
      type: 'RespondToWebhook',
      data: { defaults: { statusCode: 201, headers: { 'content-type': 'application/json' } } },
    },
  ],
  [
    'hook.exec -> answer.exec',
    'hook.body -> name.object',
    'name.value -> object.value',
    'object.object -> json.value',
    'json.text -> answer.body',
  ],
);

function ids(frames: readonly Frame[]): readonly (string | undefined)[] {
  return frames.map(({ id }) => id);
}

function tokenOf(client: Client): string {
  return client.token ?? '';
}
