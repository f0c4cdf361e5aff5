import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { readStream } from '../support/event-stream';
import { graph, threeNodeGraph } from '../support/graphs';
import { Load } from '../support/load';
import { waitUntilEnded } from '../support/runs';

/** Each test hurts one process under load; every run that was accepted must end, and the rows must agree with the log. */
describe('whatever process dies, every accepted run ends', () => {
  let runnel: TestRunnel;
  let client: Client;
  let webhook: DeployedWebhook;

  beforeAll(async () => {
    runnel = await startRunnel({
      durable: true,
      restart: true,
      copies: { gateway: 2 },
      env: { RUNNEL_RATE_LIMITS: 'off', RUNNEL_LEASE_SECONDS: '3', RUNNEL_HEARTBEAT_MS: '500' },
    });
    client = await registerUser(runnel.baseUrl, 'services@example.com');
    webhook = await deployWebhook(client, threeNodeGraph);
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  afterEach(async () => {
    const report = await auditAll(runnel.nats.url);
    expect(report.differences).toEqual([]);
  });

  async function underLoad(hurt: () => Promise<void>): Promise<readonly string[]> {
    const load = new Load(runnel.baseUrl, webhook);
    load.start(8);
    await waitFor(() => (load.accepted.length >= 50 ? true : undefined), {
      timeoutMs: 20_000,
      what: 'load',
    });
    const before = load.accepted.length;
    await hurt();
    await waitFor(() => (load.accepted.length >= before + 50 ? true : undefined), {
      timeoutMs: 60_000,
      what: 'webhooks to be accepted again',
    });
    await load.stop();
    return load.accepted;
  }

  async function expectAllCompleted(runIds: readonly string[]): Promise<void> {
    const statuses = await waitUntilEnded(client, runIds);
    expect([...statuses.values()].filter((status) => status !== 'completed')).toEqual([]);
  }

  it('the scheduler, between request and dispatch', async () => {
    await runnel.services.scheduler.kill('SIGSTOP');
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => sendWebhook(runnel.baseUrl, webhook, { n })),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await runnel.services.scheduler.kill('SIGKILL');
    await expectAllCompleted(answers.map(({ body }) => body.runId));
  });

  it('the scheduler, under load', async () => {
    await expectAllCompleted(await underLoad(() => runnel.services.scheduler.kill('SIGKILL')));
  });

  it('metrics, in the middle of a batch', async () => {
    const runIds = await underLoad(async () => {
      await runnel.services.metrics.kill('SIGKILL');
      await runnel.services.metrics.waitReady();
      await runnel.services.metrics.kill('SIGKILL');
    });
    await expectAllCompleted(runIds);
    await waitFor(
      async () => {
        const page = await client.get<{ meta: { total: number } }>(
          `/api/deployments/${webhook.deploymentId}/runs?status=running`,
        );
        return page.body.meta.total === 0 ? true : undefined;
      },
      { timeoutMs: 30_000, what: 'the list to catch up' },
    );
  });

  it('the gateway, while it streams: its reader resumes at another', async () => {
    const slow = await deployWebhook(client, talkingGraph(12));
    const [first, second] = runnel.copiesOf('gateway');
    if (!first?.baseUrl || !second?.baseUrl) throw new Error('two gateways are needed');
    const { body } = await sendWebhook(second.baseUrl, slow, {});
    const reader = { token: client.token ?? '', runId: body.runId };
    const cut = readStream({ ...reader, baseUrl: first.baseUrl }).catch((error: unknown) => error);
    const uncut = readStream({ ...reader, baseUrl: second.baseUrl });
    const before = await readStream({ ...reader, baseUrl: first.baseUrl, cutAfter: 4 });
    await first.kill('SIGKILL');
    await cut;
    const after = await readStream({
      ...reader,
      baseUrl: second.baseUrl,
      lastEventId: before.frames.at(-1)?.id ?? '',
    });
    const whole = await uncut;
    expect([...before.frames, ...after.frames].map(({ id }) => id)).toEqual(
      whole.frames.map(({ id }) => id),
    );
    expect(whole.frames.at(-1)?.data).toMatchObject({ to: 'completed' });
  });

  it('nats-server, restarted', async () => {
    await expectAllCompleted(await underLoad(() => runnel.nats.restart()));
  });

  it('nats-server, killed', async () => {
    await expectAllCompleted(await underLoad(() => runnel.nats.kill('SIGKILL')));
  });

  it('Postgres, restarted: known webhooks are accepted meanwhile', async () => {
    await expectAllCompleted(await underLoad(() => runnel.postgres.restart()));
  });

  it('Postgres, killed', async () => {
    await expectAllCompleted(await underLoad(() => runnel.postgres.kill('SIGKILL')));
  });
});

/** Says `times` things with a short pause before each. */
function talkingGraph(times: number) {
  const pairs = Array.from({ length: times }, (_, n) => [`wait_${n}`, `say_${n}`] as const);
  const chain = ['hook', ...pairs.flat()];
  return graph(
    [
      { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
      ...pairs.flatMap(([wait, say], n) => [
        { id: wait, type: 'Delay', data: { defaults: { seconds: 0.25 } } },
        { id: say, type: 'Log', data: { defaults: { message: `line ${n}` } } },
      ]),
    ],
    chain.slice(1).map((id, index) => `${chain[index] ?? ''}.exec -> ${id}.exec` as const),
  );
}
