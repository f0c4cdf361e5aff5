import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Answer, type Client, registerUser } from '../../support/client';
import { type DeployedWebhook, deployWebhook, sendWebhook } from '../../support/deployed-webhook';
import {
  deployAgain,
  type DeployedPattern,
  deployPattern,
  moodyGraph,
} from '../../support/moody-pattern';
import { commitsOf, waitUntilEnded } from '../../support/runs';

interface Body {
  readonly success: boolean;
  readonly code?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly data: Readonly<Record<string, unknown>>;
}

const MISSING = 'dep_01jzk5m8v2f3qtc6x9w4d7yhna';
const THRESHOLD = 5;
let runnel: TestRunnel;
let client: Client;
let stranger: Client;
let pattern: DeployedPattern;

beforeAll(async () => {
  runnel = await startRunnel({
    copies: { scheduler: 2 },
    env: { RUNNEL_RATE_LIMITS: 'off', RUNNEL_BREAKER_THRESHOLD: String(THRESHOLD) },
  });
  client = await registerUser(runnel.baseUrl, 'ada@example.com');
  stranger = await registerUser(runnel.baseUrl, 'eve@example.com');
  pattern = await deployPattern(client, moodyGraph('OnStart'));
});

afterAll(async () => {
  await runnel?.stop();
});

const path = (id = pattern.deploymentId): string => `/api/deployments/${id}`;
const move = (verb: string, id = pattern.deploymentId, who = client): Promise<Answer<Body>> =>
  who.post<Body>(`${path(id)}/${verb}`);
const undeploy = (id = pattern.patternId): Promise<Answer<Body>> =>
  client.send<Body>('DELETE', `/api/patterns/${id}/deploy`);
const get = async (id = pattern.deploymentId): Promise<Body['data']> =>
  (await client.get<Body>(path(id))).body.data;
const refusal = ({ status, body }: Answer<Body>): readonly unknown[] => [
  status,
  body.success,
  body.code,
  body.error?.code,
];
const refused = (status: number, code: string): readonly unknown[] => [status, false, code, code];

function executed(mode: string, id = pattern.deploymentId): Promise<Answer<Body>> {
  return client.post<Body>(`${path(id)}/execute`, { eventData: { mode } });
}

function pausedByBreaker(id: string): Promise<Body['data']> {
  return waitFor(
    async () => {
      const data = await get(id);
      return data['status'] === 'paused' ? data : undefined;
    },
    { timeoutMs: 20_000, what: 'the breaker to pause the deployment' },
  );
}

describe('D.8 POST /api/deployments/:id/pause', () => {
  it('pauses, once, and says since when and why', async () => {
    const answer = await move('pause');
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { status: 'paused' } },
    ]);
    expect(await get()).toMatchObject({ status: 'paused', pausedReason: 'manual' });
    expect(refusal(await move('pause'))).toEqual(refused(400, 'ALREADY_PAUSED'));
  });

  it('refuses what is not active, and what is not there', async () => {
    await undeploy();
    expect(refusal(await move('pause'))).toEqual(refused(400, 'DEPLOYMENT_NOT_ACTIVE'));
    await deployAgain(client, pattern.patternId);
  });
});

describe('D.9 POST /api/deployments/:id/resume', () => {
  it('makes a paused deployment active, and no other', async () => {
    expect(refusal(await move('resume'))).toEqual(refused(400, 'NOT_PAUSED'));
    await move('pause');
    const answer = await move('resume');
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { status: 'active' } },
    ]);
    expect(await get()).not.toHaveProperty('pausedReason');
    expect((await executed('fine')).body.data['status']).toBe('completed');
  });
});

describe('D.10 POST /api/deployments/:id/redeploy', () => {
  it('makes it active again with the code it has', async () => {
    await move('pause');
    const before = await get();
    const answer = await move('redeploy');
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { deploymentId: pattern.deploymentId, status: 'active' } },
    ]);
    expect(await get()).toMatchObject({ status: 'active', versionNumber: before['versionNumber'] });
  });

  it('has nothing to redeploy once it was undeployed', async () => {
    await undeploy();
    expect(refusal(await move('redeploy'))).toEqual(refused(400, 'NOTHING_TO_REDEPLOY'));
    await deployAgain(client, pattern.patternId);
  });

  it.each(['pause', 'resume', 'redeploy'])(
    'does not know, nor does %s, a deployment of another project',
    async (verb) => {
      const missing = await move(verb, MISSING);
      expect(refusal(missing)).toEqual(refused(404, 'NOT_FOUND'));
      expect((await move(verb, pattern.deploymentId, stranger)).body).toEqual(missing.body);
      const nobody = await fetch(`${runnel.baseUrl}${path()}/${verb}`, { method: 'POST' });
      expect(nobody.status).toBe(401);
    },
  );
});

describe('C.2 PATCH /api/deployments/:id {retryPolicy, timeoutMs}', () => {
  const change = (body: unknown, who = client, id = pattern.deploymentId) =>
    who.send<Body>('PATCH', path(id), body);

  it('shows what holds where nothing is set, sets what is named, takes back with null', async () => {
    expect(await get()).toMatchObject({
      retryPolicy: { maxAttempts: 1, backoffSeconds: 5, factor: 2 },
      timeoutMs: null,
    });
    const answer = await change({ retryPolicy: { maxAttempts: 3 }, timeoutMs: 900_000 });
    const set = {
      retryPolicy: { maxAttempts: 3, backoffSeconds: 5, factor: 2 },
      timeoutMs: 900_000,
    };
    expect([answer.status, answer.body.data]).toMatchObject([200, set]);
    await deployAgain(client, pattern.patternId);
    expect(await get()).toMatchObject(set);
    await deployAgain(client, pattern.patternId, { timeoutMs: 60_000 });
    expect(await get()).toMatchObject({ ...set, timeoutMs: 60_000 });
    await change({ retryPolicy: null, timeoutMs: null });
    expect(await get()).toMatchObject({ retryPolicy: { maxAttempts: 1 }, timeoutMs: null });
  });

  it.each([
    { timeoutMs: 900_001 },
    { timeoutMs: 99 },
    { timeoutMs: 1.5 },
    { retryPolicy: { maxAttempts: 11 } },
    { retryPolicy: { maxAttempts: 0 } },
    { retryPolicy: { backoffSeconds: 3_601 } },
    { retryPolicy: { factor: 0.5 } },
    { retryPolicy: { tries: 3 } },
    { status: 'paused' },
  ])('refuses %j', async (body) => {
    expect(refusal(await change(body))).toEqual(refused(400, 'VALIDATION'));
  });

  it('does not know a deployment of another project', async () => {
    const missing = await change({ timeoutMs: 1_000 }, client, MISSING);
    expect(refusal(missing)).toEqual(refused(404, 'NOT_FOUND'));
    expect((await change({ timeoutMs: 1_000 }, stranger)).body).toEqual(missing.body);
  });

  it('retries webhook runs by themselves until they are dead letters, and manual runs not', async () => {
    const webhook = await deployWebhook(client, moodyGraph('OnWebhook'));
    await change(
      { retryPolicy: { maxAttempts: 2, backoffSeconds: 1, factor: 1 } },
      client,
      webhook.deploymentId,
    );
    const { body } = await sendWebhook(runnel.baseUrl, webhook, { mode: 'fail' });
    expect((await waitUntilEnded(client, [body.runId])).get(body.runId)).toBe('dead_letter');
    const events = (await commitsOf(client, body.runId)).flatMap((commit) => commit.events);
    expect(events.filter(({ type }) => type === 'AttemptStarted')).toHaveLength(2);
    const manual = await client.post<Body>(`${path(webhook.deploymentId)}/execute`, {
      eventData: { body: { mode: 'fail' } },
    });
    expect(manual.body.data['status']).toBe('failed');
    const run = await client.get<Body>(
      `${path(webhook.deploymentId)}/runs/${String(manual.body.data['runId'])}`,
    );
    expect(run.body.data['attempt']).toBe(1);
  });
});

describe('C.7 the circuit breaker', () => {
  let failing: DeployedWebhook;

  beforeAll(async () => {
    failing = await deployWebhook(client, moodyGraph('OnWebhook'));
  });

  async function send(...modes: readonly string[]): Promise<void> {
    for (const mode of modes) {
      const { status, body } = await sendWebhook(runnel.baseUrl, failing, { mode });
      expect([status, body.status]).toEqual([202, 'accepted']);
      await waitUntilEnded(client, [body.runId]);
    }
  }
  const times = (count: number): readonly string[] => Array<string>(count).fill('fail');

  async function trips(): Promise<number> {
    const url = `${runnel.services.deployments.managementUrl}/metrics`;
    const text = await (await fetch(url)).text();
    return Number(/^runnel_deployments_breaker_trips_total\{[^}]*\} (\d+)/m.exec(text)?.[1]);
  }

  it('pauses after five failures in a row, which a success begins anew', async () => {
    await send(...times(THRESHOLD - 1), 'fine', ...times(THRESHOLD - 1));
    const before = await trips();
    expect(await get(failing.deploymentId)).toMatchObject({ status: 'active' });
    await send('fail');
    expect(await pausedByBreaker(failing.deploymentId)).toMatchObject({
      pausedReason: 'circuit_breaker',
      pausedAt: expect.any(String) as unknown,
    });
    expect(await trips()).toBe(before + 1);
    expect(runnel.services.deployments.log()).toContain(
      'circuit breaker has paused the deployment',
    );
    const refusedNow = await waitFor(
      async () => {
        const answer = await sendWebhook(runnel.baseUrl, failing, { mode: 'fine' });
        return answer.status === 503 ? answer : undefined;
      },
      { timeoutMs: 5_000, what: 'webhooks to be refused' },
    );
    expect([refusedNow.body.code, refusedNow.headers.get('retry-after')]).toEqual(['PAUSED', '60']);
  });

  it('forgets what was before a resume, and trips again for what is after it', async () => {
    const before = await trips();
    await move('resume', failing.deploymentId);
    await send(...times(THRESHOLD - 2));
    await move('pause', failing.deploymentId);
    await move('resume', failing.deploymentId);
    await send(...times(2));
    await waitFor(() => (toldTooFew() ? true : undefined), {
      timeoutMs: 20_000,
      what: 'the five failures to be looked at',
    });
    expect(await get(failing.deploymentId)).toMatchObject({ status: 'active' });
    await send(...times(THRESHOLD - 2));
    await pausedByBreaker(failing.deploymentId);
    expect(await trips()).toBe(before + 1);
  });

  const toldTooFew = (): boolean =>
    runnel
      .copiesOf('scheduler')
      .flatMap((copy) => copy.log().split('\n'))
      .some((line) => line.includes(failing.deploymentId) && line.includes('"too_few"'));
});
