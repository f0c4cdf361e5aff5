import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { CountingEndpoint } from '../support/counting-endpoint';
import { deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { callingGraph, graph } from '../support/graphs';
import { commitsOf, waitUntilEnded } from '../support/runs';

const CALLS = 6;
const RUNS = 20;

describe('an executor that is killed', () => {
  let runnel: TestRunnel;
  let endpoint: CountingEndpoint;
  let client: Client;

  beforeAll(async () => {
    endpoint = await CountingEndpoint.start(60);
    runnel = await startRunnel({
      durable: true,
      restart: true,
      copies: { executor: 2 },
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_LEASE_SECONDS: '3',
        RUNNEL_HEARTBEAT_MS: '500',
        RUNNEL_EGRESS_ALLOW: `127.0.0.1:${endpoint.port}`,
      },
    });
    client = await registerUser(runnel.baseUrl, 'fault@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
    await endpoint?.stop();
  });

  it('leaves its runs to another, which repeats no recorded step', async () => {
    const webhook = await deployWebhook(client, callingGraph(endpoint.url, CALLS));
    const answers = await Promise.all(
      Array.from({ length: RUNS }, (_, n) => sendWebhook(runnel.baseUrl, webhook, { n })),
    );
    const runIds = answers.map(({ body }) => body.runId);
    await waitFor(() => (endpoint.total >= RUNS * 2 ? true : undefined), {
      timeoutMs: 30_000,
      what: 'the runs to be in their middle',
    });
    await runnel.services.executor.kill('SIGKILL');

    const statuses = await waitUntilEnded(client, runIds);
    expect([...statuses.values()].filter((status) => status !== 'completed')).toEqual([]);

    let crashed = 0;
    for (const runId of runIds) {
      const recordedBeforeCrash = new Set<string>();
      let hasCrashed = false;
      for (const { events } of await commitsOf(client, runId)) {
        for (const { type, data } of events) {
          if (type === 'AttemptCrashed') hasCrashed = true;
          if (type === 'StepCompleted' && data['nodeType'] === 'HttpRequest' && !hasCrashed) {
            recordedBeforeCrash.add(`${runId}:${String(data['key'])}`);
          }
        }
      }
      if (hasCrashed) crashed += 1;
      const counts = [...endpoint.countsByKey()].filter(([key]) => key.startsWith(`${runId}:`));
      expect(counts).toHaveLength(CALLS);
      for (const [key, count] of counts)
        if (recordedBeforeCrash.has(key)) expect([key, count]).toEqual([key, 1]);
      // Only the one step that was in flight at the crash may have been made again.
      expect(counts.filter(([, count]) => count > 1).length).toBeLessThanOrEqual(
        hasCrashed ? 1 : 0,
      );
    }
    expect(crashed).toBeGreaterThan(0);
  });

  it('lets a long delay go on where it was, without an executor holding it meanwhile', async () => {
    const webhook = await deployWebhook(
      client,
      graph(
        [
          { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
          {
            id: 'before',
            type: 'HttpRequest',
            data: { defaults: { url: `${endpoint.url}/before`, method: 'POST' } },
          },
          { id: 'wait', type: 'Delay', data: { defaults: { seconds: 6 } } },
          {
            id: 'after',
            type: 'HttpRequest',
            data: { defaults: { url: `${endpoint.url}/after`, method: 'POST' } },
          },
        ],
        ['hook.exec -> before.exec', 'before.exec -> wait.exec', 'wait.exec -> after.exec'],
      ),
    );
    const { body } = await sendWebhook(runnel.baseUrl, webhook, {});
    await waitFor(
      async () =>
        (await client.get<{ status: string }>(`/v1/runs/${body.runId}`)).body.status === 'waiting'
          ? true
          : undefined,
      { timeoutMs: 15_000, what: 'the run to wait' },
    );
    for (const copy of runnel.copiesOf('executor')) await copy.kill('SIGKILL');
    await waitUntilEnded(client, [body.runId]);
    const counts = [...endpoint.countsByKey()].filter(([key]) => key.startsWith(`${body.runId}:`));
    expect(counts.map(([, count]) => count)).toEqual([1, 1]);
  });

  it('leaves nothing for the auditor to find', async () => {
    const report = await auditAll(runnel.nats.url);
    expect(report.checkedRuns).toBeGreaterThanOrEqual(RUNS);
    expect(report.differences).toEqual([]);
  });
});
