import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../support/deployed-webhook';
import { readStream } from '../support/event-stream';
import { graph } from '../support/graphs';
import { commitsOf, waitUntilEnded } from '../support/runs';

/** Postgres refuses both in jsonb, and the first in any text. */
const ODD = 'zero \0, half \ud800 and \udbff';

/** Logs what it is told and throws it. */
const throwingGraph = graph(
  [
    { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
    { id: 'text', type: 'GetProperty', data: { defaults: { key: 'text' } } },
    { id: 'log', type: 'Log' },
    { id: 'throw', type: 'ThrowError' },
  ],
  [
    'hook.exec -> log.exec',
    'log.exec -> throw.exec',
    'hook.body -> text.object',
    'text.value -> log.message',
    'text.value -> throw.message',
  ],
);

describe('text that Postgres cannot hold', () => {
  let runnel: TestRunnel;
  let client: Client;
  let webhook: DeployedWebhook;

  beforeAll(async () => {
    runnel = await startRunnel({ env: { RUNNEL_RATE_LIMITS: 'off' } });
    client = await registerUser(runnel.baseUrl, 'odd@example.com');
    webhook = await deployWebhook(client, throwingGraph);
  });
  afterAll(() => runnel?.stop());

  it('goes from event data through the log line and the error into every read model, and holds up nothing', async () => {
    const sent = await sendWebhook(runnel.baseUrl, webhook, { text: ODD });
    expect(sent.status).toBe(202);
    const { runId } = sent.body;
    await waitUntilEnded(client, [runId]);
    const run = await waitFor(
      async () => {
        const { body } = await client.get<{ data: RunBody }>(
          `/api/deployments/${webhook.deploymentId}/runs/${runId}`,
        );
        return body.data?.logOutput?.length > 0 ? body.data : undefined;
      },
      { what: 'the log line', timeoutMs: 20_000 },
    );
    expect(run.errorMessage).toBe(ODD);
    // A log line leaves the sandbox as UTF-8, in which half a character is a mark that one is missing.
    expect(run.logOutput.map(({ message }) => message).join()).toMatch(
      /^zero \0, half \ufffd+ and/,
    );
    expect(JSON.stringify(await commitsOf(client, runId))).toContain(
      JSON.stringify(ODD).slice(1, -1),
    );
    const { frames, ended } = await readStream({
      baseUrl: runnel.baseUrl,
      token: client.token ?? '',
      runId,
    });
    expect(ended).toBe(true);
    expect(JSON.stringify(frames)).toContain(JSON.stringify(ODD).slice(1, -1));
    const report = await auditAll(runnel.nats.url);
    expect(report).toMatchObject({ differences: [] });
    expect(report.checkedRuns).toBeGreaterThan(0);
  });

  it('is refused where it would name something', async () => {
    const bad = [
      { name: 'x', graphData: graph([{ id: '\ud800', type: 'OnWebhook' }], []) },
      { name: 'half \udbff', graphData: throwingGraph },
      { name: 'x', description: 'zero \0', graphData: throwingGraph },
      { name: 'x', tags: ['half \ud800'], graphData: throwingGraph },
    ];
    for (const pattern of bad) {
      const { status } = await client.post('/api/patterns', pattern);
      expect(status).toBe(400);
    }
  });
});

interface RunBody {
  readonly errorMessage: string;
  readonly logOutput: readonly { readonly message: string }[];
}
