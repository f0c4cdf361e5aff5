import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { CountingEndpoint } from '../support/counting-endpoint';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { readStream } from '../support/event-stream';
import { callingGraph, graph, threeNodeGraph } from '../support/graphs';
import { Load } from '../support/load';
import { commitsOf, waitUntilEnded } from '../support/runs';

const CALLS = 2;
/** libs/run-log gives an append up after 15 s. */
const APPEND_WAITS_MS = 20_000;
/** An attempt that is at work for a second claims its run; one that only waits for its program must not. */
const PROGRAM_WAITS_MS = 2_500;
/** How an attempt is lost, after which the call in flight may be made again. */
const LOSSES: ReadonlySet<string> = new Set(['AttemptCrashed', 'RunRestarted']);

/** Each test hurts one process under load; every run that was accepted must end, and the rows must agree with the log. */
describe('whatever process dies, every accepted run ends', () => {
  let runnel: TestRunnel;
  let client: Client;
  let webhook: DeployedWebhook;
  /** Its runs make calls that are counted outside. */
  let calling: DeployedWebhook;
  let endpoint: CountingEndpoint;

  beforeAll(async () => {
    endpoint = await CountingEndpoint.start(20);
    runnel = await startRunnel({
      durable: true,
      restart: true,
      copies: { gateway: 2 },
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_LEASE_SECONDS: '3',
        RUNNEL_HEARTBEAT_MS: '500',
        RUNNEL_EGRESS_ALLOW: `127.0.0.1:${endpoint.port}`,
      },
    });
    client = await registerUser(runnel.baseUrl, 'services@example.com');
    webhook = await deployWebhook(client, threeNodeGraph);
    calling = await deployWebhook(client, callingGraph(endpoint.url, CALLS));
  });

  afterAll(async () => {
    await runnel?.stop();
    await endpoint?.stop();
  });

  afterEach(async () => {
    const report = await auditAll(runnel.nats.url);
    expect(report.differences).toEqual([]);
  });

  async function underLoad(
    hurt: () => Promise<void>,
    target = webhook,
  ): Promise<readonly string[]> {
    const load = new Load(runnel.baseUrl, target);
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

  /** Every call of every run was made; one whose step is in the log before anything was lost, only once. */
  async function expectNoRecordedStepTwice(runIds: readonly string[]): Promise<void> {
    for (const runId of runIds) {
      const events = (await commitsOf(client, runId)).flatMap((commit) => commit.events);
      const steps = events.flatMap(({ type, data }) =>
        type === 'StepCompleted' && data['nodeType'] === 'HttpRequest' ? [String(data['key'])] : [],
      );
      expect([runId, ...steps]).toEqual([runId, ...new Set(steps)]); // told once each
      expect(steps).toHaveLength(CALLS);
      // Only what was in flight when an attempt was lost may have been called again.
      const losses = events.filter(({ type }) => LOSSES.has(type)).length;
      const counts = steps.map((key) => endpoint.countsByKey().get(`${runId}:${key}`) ?? 0);
      expect(counts.every((count) => count >= 1)).toBe(true);
      expect([runId, counts.reduce((sum, count) => sum + count - 1, 0) <= losses]).toEqual([
        runId,
        true,
      ]);
    }
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

  it('deployments, while it is asked for a program that no executor has', async () => {
    const fresh = await deployWebhook(client, callingGraph(endpoint.url, 1));
    const known = await sendWebhook(runnel.baseUrl, fresh, {}); // the gateway knows the endpoint now
    await expectAllCompleted([known.body.runId]);
    await runnel.services.executor.kill('SIGKILL');
    await runnel.services.executor.waitReady();
    await runnel.services.deployments.kill('SIGSTOP');
    const answer = await sendWebhook(runnel.baseUrl, fresh, {});
    await pause(PROGRAM_WAITS_MS);
    await runnel.services.deployments.kill('SIGKILL');
    await expectAllCompleted([answer.body.runId]);
  });

  it('deployments, under load', async () => {
    await expectAllCompleted(await underLoad(() => runnel.services.deployments.kill('SIGKILL')));
  });

  describe.each([
    ['nats-server, restarted', () => runnel.nats.restart()],
    ['nats-server, killed', () => runnel.nats.kill('SIGKILL')],
    ['nats-server, stopped for longer than an append waits', () => pauseNats(APPEND_WAITS_MS)],
    ['Postgres, restarted: known webhooks are accepted meanwhile', () => runnel.postgres.restart()],
    ['Postgres, killed', () => runnel.postgres.kill('SIGKILL')],
  ] as const)('%s', (_what, hurt) => {
    it('ends every run, and repeats no recorded call', async () => {
      const runIds = await underLoad(hurt, calling);
      await expectAllCompleted(runIds);
      await expectNoRecordedStepTwice(runIds);
    });
  });

  /** A server that stands still is neither there nor gone: what was sent to it may be stored when it goes on. */
  async function pauseNats(ms: number): Promise<void> {
    await runnel.nats.kill('SIGSTOP');
    await pause(ms);
    await runnel.nats.kill('SIGCONT');
  }
});

/** How long something stays hurt; nothing is waited for by it. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

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
