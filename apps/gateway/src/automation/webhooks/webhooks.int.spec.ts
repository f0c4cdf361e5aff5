import { signWebhook } from '@runnel/auth';
import { UnavailableError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { DEFINITIONS_CHANGED, type WebhookTarget } from '@runnel/messaging';
import type { RunRequested } from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';
import { waitFor } from '@runnel/testing';

import { type Answer, send } from '../../testing/http';
import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { RunStory } from '../../testing/run-story';
import { deploymentTarget, webhookTarget } from '../../testing/targets';

const MIB = 1_024 * 1_024;

interface WebhookBody {
  readonly status?: string;
  readonly runId: string;
  readonly code?: string;
}

interface Knock {
  readonly method?: string;
  readonly path?: string;
  readonly secret?: string;
  readonly signed?: boolean;
  readonly headers?: Record<string, string>;
}

describe('webhook intake', () => {
  let all: RunningGateway;
  let log: RunLog;
  let targets: Map<string, WebhookTarget>;

  beforeAll(async () => {
    all = await startAll();
    ({ log } = all.gateway);
    targets = new Map();
    all.services.answer('svc.deployments.resolve-webhook', ({ webhookId }) => ({
      target: targets.get(webhookId) ?? null,
    }));
  });

  afterAll(() => all?.stop());

  let last = 0;
  /** A new endpoint with facts of its own. */
  const endpoint = (facts: Partial<WebhookTarget> = {}): WebhookTarget => {
    last += 1;
    const target = webhookTarget({ webhookId: `whk_${last}`, endpointId: `wep_${last}`, ...facts });
    targets.set(target.webhookId, target);
    return target;
  };

  const knock = (
    target: WebhookTarget,
    body: unknown,
    options: Knock = {},
  ): Promise<Answer<WebhookBody>> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { method = 'POST', path = `/webhooks/${target.webhookId}`, signed = true } = options;
    const signature = signWebhook(options.secret ?? target.secret, Buffer.from(text));
    return send<WebhookBody>(all.url + path, {
      method,
      headers: { ...(signed && { 'x-webhook-signature': signature }), ...options.headers },
      ...(method !== 'GET' && { body: text }),
    });
  };

  const entriesInLog = async (): Promise<number> => {
    const shards = Array.from({ length: log.shards }, (_, shard) => log.lastSequence(shard));
    return (await Promise.all(shards)).reduce((sum, seq) => sum + seq, 0);
  };

  const requestOf = async (runId: string): Promise<RunRequested> => {
    const { commits } = await log.history(runId);
    const [event] = commits[0]?.commit.events ?? [];
    if (event?.type !== 'RunRequested') throw new Error(`run ${runId} was not asked for`);
    return event.data;
  };

  /** The run that was started last through an endpoint, as soon as it is there; tells it as `story` says. */
  const whenStarted = async (
    target: WebhookTarget,
    story: (run: RunStory) => Promise<void>,
  ): Promise<void> => {
    const abort = new AbortController();
    const seen = Array.from({ length: log.shards }, async (_, shard) => {
      for await (const entries of log.tail(shard, {
        after: 0,
        output: false,
        signal: abort.signal,
      })) {
        for (const entry of entries) {
          if (entry.kind !== 'commit') continue;
          const [event] = entry.commit.events;
          if (event?.type !== 'RunRequested') continue;
          if (event.data.trigger.endpointId !== target.endpointId) continue;
          abort.abort();
          const run = new RunStory(log, entry.runId, target.project);
          run.revision = entry.position.seq;
          await story(run);
        }
      }
    });
    await Promise.all(seen);
  };

  it('answers 202 once the run is in the log, with the event as it came and nothing secret', async () => {
    const target = endpoint({
      project: 'prj_7',
      deployment: deploymentTarget({ project: 'prj_7' }),
    });
    const headers = { authorization: 'Bearer secret', 'x-github-event': 'push' };
    const path = `/webhooks/${target.webhookId}?page=2&tag=a&tag=b`;
    const answer = await knock(target, { action: 'opened' }, { headers, path });
    expect([answer.status, answer.body]).toEqual([
      202,
      { status: 'accepted', runId: expect.stringMatching(/^run_/) as unknown },
    ]);
    const { commits } = await log.history(answer.body.runId);
    expect(commits[0]?.commit).toMatchObject({
      project: 'prj_7',
      actor: { kind: 'webhook', id: target.endpointId },
    });
    const request = await requestOf(answer.body.runId);
    expect(request).toMatchObject({
      kind: 'graph',
      definition: { id: 'pat_1', versionId: 'ver_1', version: 3 },
      deploymentId: 'dep_1',
      trigger: { type: 'webhook', nodeId: 'node_1', endpointId: target.endpointId },
      firstAttempt: 1,
      responseMode: 'immediate',
      payload: {
        inline: {
          body: { action: 'opened' },
          method: 'POST',
          query: { page: '2', tag: ['a', 'b'] },
          url: `http://runnel.test${path}`,
          headers: { 'x-github-event': 'push' },
        },
      },
    });
    expect(JSON.stringify(commits)).not.toMatch(/Bearer secret|x-webhook-signature/);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('takes %s, at both paths', async (method) => {
    const target = endpoint({ signatureMode: 'none' });
    for (const path of [`/webhooks/${target.webhookId}`, `/api/webhooks/${target.webhookId}`]) {
      const answer = await knock(target, { a: 1 }, { method, path });
      expect(answer.status).toBe(202);
      const { payload } = await requestOf(answer.body.runId);
      expect(payload).toMatchObject({
        inline: { method, body: method === 'GET' ? null : { a: 1 } },
      });
    }
  });

  it('keeps a large event beside the log', async () => {
    const answer = await knock(endpoint(), { large: 'x'.repeat(500_000) });
    expect(answer.status).toBe(202);
    expect((await requestOf(answer.body.runId)).payload).toMatchObject({
      claim: { bytes: expect.any(Number) as unknown },
    });
  });

  it.each([
    ['no signature', { signed: false }, 401, 'MISSING_SIGNATURE'],
    ['a wrong secret', { secret: 'another' }, 401, 'INVALID_SIGNATURE'],
    ['an old timestamp', { headers: { 'x-webhook-timestamp': '1000' } }, 401, 'INVALID_SIGNATURE'],
    ['a body that is no JSON', { body: '{"a":' }, 400, 'INVALID_JSON'],
    ['a prototype key', { body: '{"__proto__":{}}' }, 400, 'INVALID_JSON'],
    ['deep nesting', { body: '['.repeat(100) + ']'.repeat(100) }, 400, 'INVALID_JSON'],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['an oversized body', { body: 'x'.repeat(MIB + 1) }, 413, 'PAYLOAD_TOO_LARGE'],
    ['an overlong key', { headers: { 'x-idempotency-key': 'k'.repeat(300) } }, 400, 'VALIDATION'],
  ])(
    'refuses %s and starts nothing',
    async (_, { body = '{"a":1}', ...options }: Knock & { body?: string }, status, code) => {
      const before = await entriesInLog();
      const answer = await knock(endpoint(), body, options);
      expect([answer.status, answer.body]).toMatchObject([
        status,
        { success: false, error: { code, message: expect.any(String) as unknown }, code },
      ]);
      expect(await entriesInLog()).toBe(before);
    },
  );

  it('judges size before signature, signature before JSON, and the endpoint before all of them', async () => {
    const unsigned = { signed: false };
    expect((await knock(endpoint(), '{"a":', unsigned)).body.code).toBe('MISSING_SIGNATURE');
    expect((await knock(endpoint(), 'x'.repeat(MIB + 1), unsigned)).body.code).toBe(
      'PAYLOAD_TOO_LARGE',
    );
    const unknown = webhookTarget({ webhookId: 'whk_unknown' });
    const answer = await knock(unknown, 'x'.repeat(MIB + 1), unsigned);
    expect([answer.status, answer.body.code]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
  });

  it('refuses a chunked body as soon as it is too large', async () => {
    const target = endpoint();
    const chunk = new Uint8Array(256 * 1_024);
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(chunk),
    });
    const response = await fetch(`${all.url}/webhooks/${target.webhookId}`, {
      method: 'POST',
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  describe('with an idempotency key', () => {
    const keyed = (key: string): Knock => ({ headers: { 'x-idempotency-key': key } });

    it('starts one run, however often and however many at once it is sent', async () => {
      const target = endpoint();
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => knock(target, { a: 1 }, keyed('order-17'))),
      );
      expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
      expect(answers.every(({ status }) => status === 202)).toBe(true);
      expect(answers.filter(({ body }) => body.status === 'accepted')).toHaveLength(1);
      const again = await knock(target, { a: 1 }, keyed('order-17'));
      expect(again.body).toEqual({ status: 'duplicate', runId: answers[0]?.body.runId });
      expect((await requestOf(again.body.runId)).idempotencyKey).toBe('order-17');
    });

    it('has a scope of its own at each endpoint', async () => {
      const [one, other] = [endpoint(), endpoint()];
      const first = await knock(one, { a: 1 }, keyed('same'));
      const second = await knock(other, { a: 1 }, keyed('same'));
      expect(second.body.status).toBe('accepted');
      expect(second.body.runId).not.toBe(first.body.runId);
    });

    it('takes the request id of the sender for one', async () => {
      const target = endpoint();
      const headers = { 'x-request-id': 'delivery-1' };
      const first = await knock(target, { a: 1 }, { headers });
      const second = await knock(target, { a: 1 }, { headers });
      expect(second.body).toEqual({ status: 'duplicate', runId: first.body.runId });
    });

    it('is not used up by a request that was refused', async () => {
      const target = endpoint();
      expect((await knock(target, '{"a":', keyed('k'))).status).toBe(400);
      expect((await knock(target, { a: 1 }, { ...keyed('k'), secret: 'wrong' })).status).toBe(401);
      expect((await knock(target, { a: 1 }, keyed('k'))).body.status).toBe('accepted');
    });

    it('makes a duplicate of a repeat that could not be accepted any more', async () => {
      const target = endpoint();
      const first = await knock(target, { a: 1 }, keyed('k'));
      const broken = await knock(target, '{"a":', keyed('k'));
      expect(broken.body).toEqual({ status: 'duplicate', runId: first.body.runId });
    });

    it('finishes what a gateway that died had only begun', async () => {
      const target = endpoint();
      // It has taken the key, and was gone before it asked for the run.
      await all.gateway.keys.reserve(target.webhookId, 'k', 'run_orphan');
      const answer = await knock(target, { a: 1 }, keyed('k'));
      expect(answer.body).toEqual({ status: 'accepted', runId: 'run_orphan' });
      expect(await requestOf('run_orphan')).toMatchObject({ idempotencyKey: 'k' });
    });

    it('sees through a captured request that is sent again within its window', async () => {
      const target = endpoint({ requireTimestamp: true });
      const text = '{"a":1}';
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const headers = {
        'x-webhook-timestamp': timestamp,
        'x-webhook-signature': signWebhook(target.secret, Buffer.from(text), timestamp),
      };
      const first = await knock(target, text, { signed: false, headers });
      const second = await knock(target, text, { signed: false, headers });
      expect([first.body.status, second.body.status]).toEqual(['accepted', 'duplicate']);
      // Those headers are not signed: whoever resends it may say what he likes.
      for (const name of ['x-idempotency-key', 'x-request-id']) {
        const renamed = { ...headers, [name]: newId('run') };
        const third = await knock(target, text, { signed: false, headers: renamed });
        expect(third.body).toEqual({ status: 'duplicate', runId: first.body.runId });
      }
    });

    it('makes one run of a captured request that is sent many times at once under other keys', async () => {
      const target = endpoint({ requireTimestamp: true });
      const text = '{"a":1}';
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const before = await entriesInLog();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          knock(target, text, {
            signed: false,
            headers: {
              'x-webhook-timestamp': timestamp,
              'x-webhook-signature': signWebhook(target.secret, Buffer.from(text), timestamp),
              'x-idempotency-key': `key-${n}`,
            },
          }),
        ),
      );
      expect(answers.filter(({ body }) => body.status === 'accepted')).toHaveLength(1);
      expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
      expect(await entriesInLog()).toBe(before + 1);
    });
  });

  describe('by the state of the deployment', () => {
    it('captures what reaches a pattern that is not deployed', async () => {
      const captured: unknown[] = [];
      all.services.answer('svc.deployments.capture-event', (request) => {
        captured.push(request);
        return { captured: true };
      });
      const { deployment, ...undeployed } = endpoint();
      expect(deployment).toBeDefined();
      targets.set(undeployed.webhookId, undeployed);
      const answer = await knock(undeployed, { a: 1 });
      expect([answer.status, answer.body.status]).toEqual([202, 'captured']);
      expect(captured).toMatchObject([
        { endpointId: undeployed.endpointId, event: { body: { a: 1 }, method: 'POST' } },
      ]);
    });

    it('asks to come back while it is paused', async () => {
      const answer = await knock(endpoint({ deployment: deploymentTarget({ status: 'paused' }) }), {
        a: 1,
      });
      expect([answer.status, answer.body.code]).toEqual([503, 'PAUSED']);
      expect(answer.headers.get('retry-after')).toBe('60');
    });

    it('notices a change as soon as it is told', async () => {
      const target = endpoint();
      expect((await knock(target, { a: 1 })).status).toBe(202);
      targets.set(target.webhookId, { ...target, secret: 'the new secret' });
      expect((await knock(target, { a: 1 })).status).toBe(202);
      const notice = { project: 'prj_1', deploymentIds: [], webhookIds: [target.webhookId] };
      all.services.connection.publish(DEFINITIONS_CHANGED, JSON.stringify(notice));
      await waitFor(() => knock(target, { a: 1 }), {
        what: 'the old secret to be dead',
        until: ({ status }) => status === 401,
      });
      expect((await knock(target, { a: 1 }, { secret: 'the new secret' })).status).toBe(202);
    });

    it('goes on from memory while deployments is away, and says so where it knows nothing', async () => {
      const target = endpoint();
      expect((await knock(target, { a: 1 })).status).toBe(202);
      all.services.answer('svc.deployments.resolve-webhook', () => {
        throw new UnavailableError('postgres', 'away');
      });
      expect((await knock(target, { a: 1 })).status).toBe(202);
      const answer = await knock(endpoint(), { a: 1 });
      expect([answer.status, answer.body.code]).toEqual([503, 'UNAVAILABLE']);
      all.services.answer('svc.deployments.resolve-webhook', ({ webhookId }) => ({
        target: targets.get(webhookId) ?? null,
      }));
    });
  });

  describe('for a sender who waits', () => {
    it('answers with what the last node gave', async () => {
      const target = endpoint({ responseMode: 'last_node' });
      const story = whenStarted(target, async (run) => {
        await run.runAtOnce(2, { total: 42 });
      });
      const answer = await knock(target, { a: 1 });
      await story;
      expect([answer.status, answer.body]).toEqual([200, { total: 42 }]);
    });

    it('answers 500 when the run fails, with the run to look at', async () => {
      const target = endpoint({ responseMode: 'last_node' });
      const story = whenStarted(target, async (run) => {
        await run.start();
        await run.fail();
      });
      const answer = await knock(target, { a: 1 });
      await story;
      expect([answer.status, answer.body]).toEqual([
        500,
        { status: 'failed', runId: expect.stringMatching(/^run_/) as unknown },
      ]);
    });

    it('answers 504 when the run is timed out', async () => {
      const target = endpoint({ responseMode: 'response_node' });
      const story = whenStarted(target, async (run) => {
        await run.start();
        await run.timeOut();
      });
      const answer = await knock(target, { a: 1 });
      await story;
      expect([answer.status, answer.body]).toMatchObject([
        504,
        { code: 'EXECUTION_TIMEOUT', data: { status: 'timeout' } },
      ]);
    });

    it('answers what the respond node says, while the run goes on', async () => {
      const target = endpoint({ responseMode: 'response_node' });
      const story = whenStarted(target, async (run) => {
        await run.start();
        const headers = { 'x-order': '17', 'set-cookie': 'runnel_session=stolen' };
        await run.step('RespondToWebhook', { statusCode: 201, headers, body: 'made' });
      });
      const answer = await knock(target, { a: 1 });
      await story;
      expect([answer.status, answer.text, answer.headers.get('x-order')]).toEqual([
        201,
        'made',
        '17',
      ]);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    });

    it('answers 200 with the status when the respond node was never reached', async () => {
      const target = endpoint({ responseMode: 'response_node' });
      const story = whenStarted(target, (run) => run.runAtOnce(1));
      const answer = await knock(target, { a: 1 });
      await story;
      expect([answer.status, answer.body.status]).toEqual([200, 'completed']);
    });

    it('forgets a sender who goes away, and the run is there all the same', async () => {
      const target = endpoint({ responseMode: 'last_node', signatureMode: 'none' });
      const abort = new AbortController();
      const gone = fetch(`${all.url}/webhooks/${target.webhookId}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal: abort.signal,
      });
      await whenStarted(target, async () => abort.abort());
      await expect(gone).rejects.toThrow();
      await waitFor(() => all.gateway.watchedRuns() === 0, { what: 'the watch to be given up' });
    });
  });

  it('never accepts what the log did not take', async () => {
    const target = endpoint();
    expect((await knock(target, { a: 1 })).status).toBe(202);
    await all.nats.kill('SIGKILL');
    const refused = await knock(target, { a: 2 });
    expect([refused.status, refused.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    await all.nats.restart();
    await waitFor(() => knock(target, { a: 3 }), {
      what: 'webhooks to be accepted again',
      until: ({ status }) => status === 202,
    });
  }, 60_000);
});
