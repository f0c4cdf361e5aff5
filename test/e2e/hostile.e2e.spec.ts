import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startRunnel, type TestRunnel } from '@runnel/testing';

import { type Client, registerUser } from '../support/client';
import { expectStatus } from '../support/deployed-webhook';
import { graph } from '../support/graphs';

interface RunBody {
  readonly id: string;
  readonly status: string;
  readonly result?: unknown;
  readonly error?: string;
}

/** What strangers try: each gets its documented error, and the next well-behaved run is served. */
describe('hostile patterns', () => {
  let runnel: TestRunnel;
  let client: Client;
  let redirector: Server;

  beforeAll(async () => {
    redirector = createServer((request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:1${request.url ?? '/'}` }).end();
    });
    await new Promise<void>((resolve) => redirector.listen(0, '127.0.0.1', resolve));
    runnel = await startRunnel({
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_EXECUTION_TIMEOUT_MS: '100000',
        RUNNEL_EGRESS_ALLOW: `127.0.0.1:${(redirector.address() as AddressInfo).port}`,
      },
    });
    client = await registerUser(runnel.baseUrl, 'mallory@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
    redirector?.close();
  });

  async function execute(graphData: unknown): Promise<RunBody> {
    const pattern = await expectStatus(
      client.post<{ data: { id: string } }>('/api/patterns', { name: 'x', graphData }),
      201,
    );
    const deployed = await expectStatus(
      client.post<{ data: { deploymentId: string } }>(
        `/api/patterns/${pattern.body.data.id}/deploy`,
        { nodeDefinitions: {} },
      ),
      200,
    );
    const run = await client.post<{ data: { runId: string; status: string } }>(
      `/api/deployments/${deployed.body.data.deploymentId}/execute`,
      { eventData: {} },
    );
    expect([200, 504]).toContain(run.status);
    return (await expectStatus(client.get<RunBody>(`/v1/runs/${run.body.data.runId}`), 200)).body;
  }

  const code = (source: string) =>
    execute(
      graph(
        [
          { id: 'start', type: 'OnStart' },
          {
            id: 'code',
            type: 'Code',
            data: { properties: { source, inputs: [], outputs: ['result'] } },
          },
        ],
        ['start.exec -> code.exec'],
      ),
    );

  async function expectStillServing(): Promise<void> {
    const run = await code('return { result: { fine: true } };');
    expect(run.status).toBe('completed');
  }

  it.each([
    ['the process', 'return { result: { got: typeof process } };'],
    ['require', 'return { result: { got: typeof require } };'],
    ['fetch', 'return { result: { got: typeof fetch } };'],
    [
      'the constructor of a constructor',
      "let got = 'undefined'; try { got = typeof ({}).constructor.constructor('return process')(); } catch { got = 'undefined'; } return { result: { got } };",
    ],
    [
      'a stack trace hook',
      "let got = 'undefined'; Error.prepareStackTrace = (e, frames) => { got = typeof frames?.[0]?.getThis?.()?.process; }; try { null.x } catch (e) { void e.stack; } return { result: { got } };",
    ],
    [
      'a getter and a proxy in what it returns',
      "return { result: new Proxy({}, { ownKeys: () => ['got'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: (t, k) => (k === 'got' ? typeof process : undefined) }) };",
    ],
    ['a thenable', "return { result: { got: 'undefined', then: undefined } };"],
  ])('sees nothing of the host through %s', async (_name, source) => {
    const run = await code(source);
    const text = JSON.stringify(run);
    expect(text).not.toContain('"got":"object"');
    expect(text).not.toContain('"got":"function"');
    expect(['completed', 'failed']).toContain(run.status);
  });

  it('imports nothing', async () => {
    const run = await code(
      "const fs = await import('node:fs'); return { result: { got: typeof fs.readFileSync } };",
    );
    expect(run.status).toBe('failed');
  });

  it.each([
    ['an endless loop', 'for (;;) {} return { result: {} };', 'CPU time limit exceeded'],
    [
      'an endless chain of promises',
      'for (;;) await null; return { result: {} };',
      'CPU time limit exceeded',
    ],
    [
      'an array that never stops growing',
      "const a = []; for (;;) a.push('x'.repeat(100000) + a.length); return { result: {} };",
      'Memory limit exceeded',
    ],
    [
      'a pattern that backtracks for ever',
      "return { result: { got: /^(a+)+$/.test('a'.repeat(60) + '!') } };",
      'CPU time limit exceeded',
    ],
  ])('ends %s with a clear error', async (_name, source, expected) => {
    const run = await code(source);
    expect([run.status, run.error]).toEqual(['failed', expected]);
    await expectStillServing();
  });

  it('does not leave one run what another has changed', async () => {
    await code(
      'Array.prototype.evil = 1; Object.prototype.evil = 1; globalThis.evil = 1; return { result: {} };',
    );
    const run = await code('return { result: { got: [[].evil, ({}).evil, typeof evil].join() } };');
    expect(run.result).toEqual({ result: { got: ',,undefined' } });
    expect(run.status).toBe('completed');
  });

  it.each([
    ['loopback', 'http://127.0.0.1:22/'],
    ['loopback by name', 'http://localhost:22/'],
    ['loopback in decimal', 'http://2130706433/'],
    ['loopback in IPv6', 'http://[::1]/'],
    ['loopback mapped into IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a private network', 'http://10.0.0.1/'],
  ])('does not call %s', async (_name, url) => {
    const run = await execute(
      graph(
        [
          { id: 'start', type: 'OnStart' },
          { id: 'call', type: 'HttpRequest', data: { defaults: { url } } },
        ],
        ['start.exec -> call.exec'],
      ),
    );
    expect(run.status).toBe('failed');
    expect(run.error).toContain('RUNNEL_EGRESS_ALLOW');
  });

  it('does not follow a redirect to a private address', async () => {
    const { port } = redirector.address() as AddressInfo;
    const run = await execute(
      graph(
        [
          { id: 'start', type: 'OnStart' },
          {
            id: 'call',
            type: 'HttpRequest',
            data: { defaults: { url: `http://127.0.0.1:${port}/` } },
          },
        ],
        ['start.exec -> call.exec'],
      ),
    );
    expect(run.status).toBe('failed');
    expect(run.error).toContain('RUNNEL_EGRESS_ALLOW');
  });

  it("answers another project's ids like ids that do not exist", async () => {
    const pattern = await expectStatus(
      client.post<{ data: { id: string } }>('/api/patterns', {
        name: 'mine',
        graphData: graph([{ id: 'start', type: 'OnStart' }], []),
      }),
      201,
    );
    const stranger = await registerUser(runnel.baseUrl, 'eve@example.com');
    const foreign = await stranger.get(`/api/patterns/${pattern.body.data.id}`);
    const missing = await stranger.get('/api/patterns/pat_01jzk5m8v2f3qtc6x9w4d7yhna');
    expect([foreign.status, foreign.body['code']]).toEqual([missing.status, missing.body['code']]);
    expect(foreign.status).toBe(404);
  });

  it('keeps serving after all of that', async () => {
    await expectStillServing();
  });
});
