import { randomUUID } from 'node:crypto';

import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';
import { Client as Postgres } from 'pg';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { deployAgain, moodyGraph } from '../support/moody-pattern';
import { waitUntilEnded } from '../support/runs';

/** With their follow-ups, which fail too, fewer than trip the breaker. */
const RETRIES = 15;
const THRESHOLD = 40;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly retryOf?: string;
}

describe('services that are killed while runs are retried and a breaker trips', () => {
  let runnel: TestRunnel;
  let client: Client;

  beforeAll(async () => {
    runnel = await startRunnel({
      durable: true,
      restart: true,
      copies: { executor: 2, scheduler: 2 },
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_LEASE_SECONDS: '3',
        RUNNEL_HEARTBEAT_MS: '500',
        RUNNEL_BREAKER_THRESHOLD: String(THRESHOLD),
      },
    });
    client = await registerUser(runnel.baseUrl, 'fault@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  const kill = (app: keyof TestRunnel['services']): Promise<void> =>
    runnel.services[app].kill('SIGKILL');

  async function failures(webhook: DeployedWebhook, count: number): Promise<readonly string[]> {
    const answers = await Promise.all(
      Array.from({ length: count }, () => sendWebhook(runnel.baseUrl, webhook, { mode: 'fail' })),
    );
    return answers.map(({ body }) => body.runId);
  }

  /** Sends a retry until it is answered, as a careful script would: with one key. */
  async function retry(deploymentId: string, runId: string): Promise<string> {
    const headers = { 'x-idempotency-key': randomUUID() };
    const path = `/api/deployments/${deploymentId}/runs/${runId}/retry`;
    return waitFor(
      async () => {
        const answer = await client
          .post<{ data?: { runId: string } }>(path, undefined, headers)
          .catch(() => undefined); // the gateway is away; the same command is sent again
        if (answer === undefined || answer.status >= 500) return undefined;
        expect(answer.status).toBe(200);
        return answer.body.data?.runId;
      },
      { timeoutMs: 60_000, what: `the retry of ${runId} to be answered` },
    );
  }

  it('leave one follow-up run per retry command', async () => {
    const webhook = await deployWebhook(client, moodyGraph('OnWebhook'));
    const { deploymentId } = webhook;
    const originals = await failures(webhook, RETRIES);
    await waitUntilEnded(client, originals);

    const retries = originals.map((runId) => retry(deploymentId, runId));
    await kill('executor');
    await kill('gateway');
    await kill('scheduler');
    const followers = await Promise.all(retries);

    expect(new Set(followers).size).toBe(RETRIES);
    await waitUntilEnded(client, followers);
    const runs = await waitFor(
      async () => {
        const { body } = await client.get<{ data: Run[]; meta: { total: number } }>(
          `/api/deployments/${deploymentId}/runs?limit=100`,
        );
        return body.meta.total >= 2 * RETRIES ? body.data : undefined;
      },
      { timeoutMs: 30_000, what: 'the list to have all runs' },
    );
    const retried = runs.flatMap(({ retryOf }) => retryOf ?? []);
    expect([...retried].sort()).toEqual([...originals].sort());
  });

  it('leave a breaker that pauses once, and not again for what was before a resume', async () => {
    const webhook = await deployWebhook(client, moodyGraph('OnWebhook'));
    const { deploymentId, patternId } = webhook;
    const runIds = await failures(webhook, THRESHOLD + 5);
    await Promise.all(runnel.copiesOf('scheduler').map((copy) => copy.kill('SIGKILL')));
    await kill('deployments');
    await waitUntilEnded(client, runIds);
    const status = async (): Promise<string | undefined> => {
      const { body } = await client.get<{ data?: { status: string; pausedReason?: string } }>(
        `/api/deployments/${deploymentId}`,
      );
      return body.data && [body.data.status, body.data.pausedReason].join(' ');
    };
    await waitFor(async () => ((await status()) === 'paused circuit_breaker' ? true : undefined), {
      timeoutMs: 60_000,
      what: 'the breaker to trip',
    });

    await client.post(`/api/deployments/${deploymentId}/resume`);
    await kill('scheduler');
    await kill('deployments');
    // Deployed anew, so that its runs end well whatever they are told; the failures are still on record.
    await waitFor(
      () => deployAgain(client, patternId).catch(() => undefined), // until deployments is back
      { timeoutMs: 30_000, what: 'the service to be back' },
    );
    await waitFor(async () => ((await failuresOnRecord(deploymentId)) === 0 ? true : undefined), {
      timeoutMs: 60_000,
      what: 'the old failures to be forgotten',
    });
    expect(await status()).toBe('active ');
    const said = runnel.services.deployments
      .log()
      .split('\n')
      .filter((line) => line.includes(deploymentId) && line.includes('has paused'));
    // The line may be lost with the process; a second one would be a second pause.
    expect(said.length).toBeLessThanOrEqual(1);
  });

  it('leave nothing for the auditor to find', async () => {
    const report = await auditAll(runnel.nats.url);
    expect(report.checkedRuns).toBeGreaterThanOrEqual(2 * RETRIES + THRESHOLD);
    expect(report.differences).toEqual([]);
  });

  async function failuresOnRecord(deploymentId: string): Promise<number> {
    const postgres = new Postgres({ connectionString: runnel.postgres.url });
    await postgres.connect();
    try {
      const { rows } = await postgres.query<{ failing: number }>(
        'SELECT failing FROM scheduler.breaker_count WHERE deployment_id = $1',
        [deploymentId],
      );
      return rows[0]?.failing ?? 0;
    } finally {
      await postgres.end();
    }
  }
});
