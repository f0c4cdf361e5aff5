import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Answer, type Client, registerUser } from '../../support/client';
import { type DeployedPattern, deployPattern, moodyGraph } from '../../support/moody-pattern';
import { type Body, type List, refusal, refused } from '../../support/run-bodies';
import { waitUntilEnded } from '../../support/runs';
import { SilentServer } from '../../support/silent-server';

let runnel: TestRunnel;
let client: Client;
let stranger: Client;
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
});

afterAll(async () => {
  await runnel?.stop();
  silent?.stop();
});

const runs = (id: string): string => `/api/deployments/${id}/runs`;
const execute = (mode: string, { id, who = client }: { id: string; who?: Client }) =>
  who.post<Body>(`/api/deployments/${id}/execute`, { eventData: { mode } });
const retry = (
  runId: string,
  { id, who = client }: { id: string; who?: Client },
): Promise<Answer<Body>> => who.post<Body>(`${runs(id)}/${runId}/retry`);

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

describe('D.16 GET /api/deployments/:id/runs', () => {
  let id: string;
  let other: string;
  let byStatus: Record<string, string>;

  beforeAll(async () => {
    id = (
      await deployPattern(client, moodyGraph('OnStart', `http://127.0.0.1:${silent.port}`), {
        timeoutMs: 2_000,
      })
    ).deploymentId;
    other = (await deployPattern(client, moodyGraph('OnStart'))).deploymentId;
    const run = async (mode: string) => (await execute(mode, { id })).body.data.runId;
    const failed = await run('fail');
    const second = (await retry(failed, { id })).body.data.runId;
    const deadLetter = (await retry(second, { id })).body.data.runId;
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
    const elsewhere = await client.get<Body>(`${runs(other)}/${run}`);
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
        runId = (await retry(runId, { who: stranger, id })).body.data.runId;
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
    const foreign = (
      await execute('fail', {
        id: (await deployPattern(client, moodyGraph('OnStart'))).deploymentId,
      })
    ).body.data.runId;
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

describe('event data and output over 64 KiB', () => {
  it('are whole in the run itself, and left out of lists that say so', async () => {
    const { deploymentId } = await deployPattern(client, moodyGraph('OnStart'));
    const eventData = { mode: 'fine', text: 'x'.repeat(200_000) };
    const { body } = await client.post<Body>(`/api/deployments/${deploymentId}/execute`, {
      eventData,
    });
    const { runId } = body.data;
    const path = `${runs(deploymentId)}/${runId}`;
    const single = await client.get<{ data: Record<string, unknown> }>(path);
    expect(single.body.data['eventData']).toEqual(eventData);
    expect(single.body.data).not.toHaveProperty('omitted');
    const list = await listed(
      runs(deploymentId),
      ({ data }) => data.length === 1 && data.every(({ completedAt }) => completedAt !== null),
    );
    expect(list.data[0]).toMatchObject({ eventData: null, omitted: ['eventData'] });
    // As much from the read model, once the run has settled there, as from the log.
    const settled = await client.get<{ data: Record<string, unknown> }>(path);
    expect(settled.body.data['eventData']).toEqual(eventData);
  });
});
