import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { readStream } from '../support/event-stream';
import { threeNodeGraph } from '../support/graphs';
import { commitsOf, waitUntilEnded } from '../support/runs';

const RUNS = 12;

describe('runs that have left the log', () => {
  let runnel: TestRunnel;
  let client: Client;
  let webhook: DeployedWebhook;

  beforeAll(async () => {
    runnel = await startRunnel({
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_HOT_DAYS: '0',
        RUNNEL_RETENTION_SECONDS: '1',
      },
    });
    client = await registerUser(runnel.baseUrl, 'sealed@example.com');
    webhook = await deployWebhook(client, threeNodeGraph);
  });
  afterAll(() => runnel?.stop());

  async function metric(name: string): Promise<number> {
    const response = await fetch(`${runnel.services.metrics.managementUrl}/metrics`);
    const line = (await response.text()).split('\n').find((each) => each.startsWith(`${name}{`));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  it('are shown, streamed and counted as before; only the last one of a shard stays in it', async () => {
    const runIds: string[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      const { body } = await sendWebhook(runnel.baseUrl, webhook, { name: `event-${n}` });
      runIds.push(body.runId);
    }
    await waitUntilEnded(client, runIds);
    const [runId = ''] = runIds;
    const reader = { baseUrl: runnel.baseUrl, token: client.token ?? '', runId };
    const before = await readStream(reader);
    const commits = await commitsOf(client, runId);
    await waitFor(() => metric('runnel_metrics_sealed_runs_total'), {
      what: 'runs to be sealed',
      timeoutMs: 30_000,
      until: (sealed) => sealed >= RUNS - 4,
    });
    await waitFor(() => metric('runnel_metrics_log_subjects'), {
      what: 'the subjects to be counted',
      until: (subjects) => subjects > 0 && subjects <= 2 * 4,
    });
    const after = await readStream(reader);
    expect(after).toEqual(before);
    expect(after.ended).toBe(true);
    expect(after.frames.length).toBeGreaterThan(2);
    const resumed = await readStream({ ...reader, lastEventId: before.frames[0]?.id ?? '' });
    expect(resumed.frames).toEqual(before.frames.slice(1));
    expect(await commitsOf(client, runId)).toEqual(commits);
    const { body } = await client.get<{ meta: { total: number } }>(
      `/api/deployments/${webhook.deploymentId}/runs?status=success`,
    );
    expect(body.meta.total).toBe(RUNS);
    expect((await auditAll(runnel.nats.url)).differences).toEqual([]);
  });
});
