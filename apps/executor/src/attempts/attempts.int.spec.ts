import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { waitFor } from '@runnel/testing';

import { ExecutorHarness } from './testing/executor-harness.contract';

const HELD = 'runnel_executor_held_attempts';

let harness: ExecutorHarness;
let world: World;

beforeEach(async () => {
  harness = await ExecutorHarness.start();
  world = await World.open();
});
afterEach(async () => {
  await world.close();
  await harness.stop();
});

const call = (id = 'call', timeout = 30): string =>
  `await rt.step("${id}", "HttpRequest", { url: "${world.url}/${id}", method: "POST", headers: {}, body: null, timeout: ${timeout} });`;

describe('a run that is taken', () => {
  it('has its claim on disk before the first call, and every call recorded before the next', async () => {
    await harness.startExecutor();
    const seen: (readonly string[])[] = [];
    world.onCall = async (_request, response) => {
      seen.push(await harness.types(runId));
      response.end('{"ok":true}');
    };
    const version = harness.program(`${call('a')} ${call('b')} return rt.out("b", "status");`);
    const runId = await harness.request(version, { offer: false });
    await harness.offer(runId);
    await harness.until(runId, 'completed');
    expect(seen).toEqual([
      ['RunRequested', 'AttemptStarted'],
      ['RunRequested', 'AttemptStarted', 'StepCompleted'],
    ]);
    expect((await harness.state(runId)).output).toEqual({ inline: 200 });
    expect(world.keys).toEqual([`${runId}:a:0`, `${runId}:b:0`]);
  });

  it('is claimed when it has waited a second for a sandbox', async () => {
    await harness.startExecutor({}, { maxVmsPerProcess: 1 });
    let letGo = (): void => undefined;
    world.onCall = (_request, response) => void (letGo = () => void response.end('{}'));
    const first = await harness.request(harness.program(`${call()} return 1;`));
    await world.isCalled();
    const second = await harness.request(harness.program('return 2;'));
    await harness.until(second, 'executing');
    letGo();
    await harness.until(first, 'completed');
    await harness.until(second, 'completed');
    expect(await harness.types(second)).toEqual(['RunRequested', 'AttemptStarted', 'RunCompleted']);
  });

  it('is offered again, unclaimed, while its program cannot be had', async () => {
    await harness.startExecutor();
    const version = harness.program('return 7;');
    const program = harness.programOf(version);
    harness.answerFor(version, undefined); // silence, as a service that was killed in the middle of the request
    const runId = await harness.request(version);
    await waitFor(() => (harness.asked(version) > 1 ? true : undefined), {
      timeoutMs: 20_000,
      what: 'the second try',
    });
    expect(await harness.types(runId)).toEqual(['RunRequested']);
    harness.answerFor(version, program);
    await harness.until(runId, 'completed');
    expect(await harness.types(runId)).toEqual(['RunRequested', 'AttemptStarted', 'RunCompleted']);
  });

  it('is not held twice by two offers that come at once, and is given back as a whole', async () => {
    const executor = await harness.startExecutor();
    world.onCall = () => undefined; // never answers
    const version = harness.program(`${call()} return 1;`);
    const runId = await harness.request(version, { offer: false });
    await Promise.all([harness.offer(runId, false), harness.offer(runId, false)]);
    await world.isCalled();
    expect(await executor.value(HELD)).toBe(1);
    await executor.stop();
    expect((await harness.types(runId)).at(-1)).toBe('RunRestarted');
  });

  it('is waited for when the executor stops, if it ends in time', async () => {
    const executor = await harness.startExecutor({ RUNNEL_SHUTDOWN_GRACE_MS: '12000' });
    world.onCall = (_request, response) => void setTimeout(() => response.end('{}'), 1_000);
    const runId = await harness.request(harness.program(`${call()} return 1;`));
    await world.isCalled();
    await executor.stop();
    expect((await harness.types(runId)).at(-1)).toBe('RunCompleted');
  });

  it('goes on elsewhere from its journal when it is given back', async () => {
    const first = await harness.startExecutor();
    world.onCall = (request, response) => {
      if (request.url === '/b' && world.keys.length <= 2) return;
      response.end('{}');
    };
    const runId = await harness.request(harness.program(`${call('a')} ${call('b')} return 1;`));
    await world.isCalled(2);
    await first.stop();
    await harness.startExecutor();
    await harness.offer(runId);
    await harness.until(runId, 'completed');
    expect(world.keys).toEqual([`${runId}:a:0`, `${runId}:b:0`, `${runId}:b:0`]);
  });
});

describe('a claimed attempt that ends for a reason of ours', () => {
  it('keeps the result of a call that ends while NATS is away', async () => {
    await harness.startExecutor();
    world.onCall = async (_request, response) => {
      await harness.nats.kill('SIGKILL');
      response.end(JSON.stringify({ text: 'x'.repeat(100_000) }));
      setTimeout(() => void harness.nats.restart(), 2_000);
    };
    const runId = await harness.request(harness.program(`${call()} return 1;`));
    await world.isCalled();
    await harness.until(runId, 'completed');
    expect(world.keys).toHaveLength(1);
    expect(await harness.types(runId)).toEqual([
      'RunRequested',
      'AttemptStarted',
      'StepCompleted',
      'RunCompleted',
    ]);
  });

  it('puts the run back when no sandbox can be started', async () => {
    const executor = await harness.startExecutor({}, { childEntry: harness.dyingChild() });
    const runId = await harness.request(harness.program('return 1;'));
    await waitFor(
      async () => ((await harness.types(runId)).includes('RunRestarted') ? true : undefined),
      { timeoutMs: 25_000, what: 'the run to be put back' },
    );
    expect((await harness.state(runId)).status).toBe('queued');
    await executor.stop();
    await harness.startExecutor();
    await harness.offer(runId);
    await harness.until(runId, 'completed');
  });

  it('ends as crashed, not by its time limit, when its payload is lost again and again', async () => {
    await harness.startExecutor();
    const runId = await harness.request(harness.program('return 1;'), { offer: false });
    await harness.decide(runId, {
      type: 'RescheduleRun',
      now: new Date().toISOString(),
      scheduledAt: new Date().toISOString(),
      payload: { claim: { key: `prj_a/${runId}/none`, sha256: '0'.repeat(64), bytes: 70_000 } },
    });
    for (let tries = 0; tries < 4; tries += 1) {
      await harness.until(runId, 'queued');
      await harness.offer(runId, false);
      await waitFor(
        async () => ((await harness.state(runId)).claim === tries + 1 ? true : undefined),
        { what: `attempt ${tries + 1}` },
      );
    }
    await harness.until(runId, 'crashed');
    expect((await harness.state(runId)).error).toMatchObject({ code: 'PAYLOAD_NOT_FOUND' });
  });
});

describe('an answer that cannot be kept', () => {
  it.each([
    ['HttpError', 'nested 100,000 deep', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['LimitError', 'larger than a payload may be', () => '\u0001'.repeat(9 * 1024 * 1024)],
  ])(
    'is an error of the step, recorded and there to be caught: %s, %s',
    async (type, _what, body) => {
      await harness.startExecutor();
      world.onCall = (_request, response) => void response.end(body());
      const runId = await harness.request(
        harness.program(`try { ${call()} return 'kept'; } catch (error) { return error.name; }`),
      );
      await harness.until(runId, 'completed');
      expect((await harness.state(runId)).output).toEqual({ inline: type });
      expect(await harness.types(runId)).toEqual([
        'RunRequested',
        'AttemptStarted',
        'StepFailed',
        'RunCompleted',
      ]);
    },
  );
});

describe('what a run may put into the log', () => {
  it('is stored in several commits when it is more than one can hold', async () => {
    await harness.startExecutor();
    const runId = await harness.request(
      harness.program(
        'let last; for (let n = 0; n < 9000; n += 1) last = await rt.value("a_node_with_a_rather_long_name_indeed", "now"); return typeof last;',
      ),
    );
    await harness.until(runId, 'completed');
    const { commits } = await harness.log.history(runId);
    const sizes = commits.map(({ commit }) => JSON.stringify(commit).length);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThan(512 * 1024);
    const values = (await harness.events(runId)).filter(({ type }) => type === 'StepCompleted');
    expect(values.length).toBeGreaterThanOrEqual(9_000);
  });

  it('is bounded: a run that draws values without end fails', async () => {
    await harness.startExecutor();
    const runId = await harness.request(
      harness.program(
        'for (let n = 0; n < 40000; n += 1) await rt.value("now", "now"); return "never";',
      ),
    );
    await harness.until(runId, 'failed');
    expect((await harness.state(runId)).error).toMatchObject({
      type: 'LimitError',
      code: 'STEP_LIMIT',
    });
  });

  it('fails a run whose step no commit can hold', async () => {
    await harness.startExecutor();
    const long = '"x".repeat(4500000)';
    const runId = await harness.request(
      harness.program(`await rt.host.step(${long}, ${long}, "Nothing", {}); return 1;`),
    );
    await harness.until(runId, 'failed');
    expect((await harness.state(runId)).error).toMatchObject({ code: 'COMMIT_TOO_LARGE' });
  });

  it('holds a large answer to a webhook as a claim check', async () => {
    await harness.startExecutor();
    const runId = await harness.request(
      harness.program(
        'await rt.step("r", "RespondToWebhook", { statusCode: 200, headers: {}, body: "x".repeat(500000) }); return 1;',
      ),
    );
    await harness.until(runId, 'completed');
    const response = (await harness.events(runId)).find(({ type }) => type === 'StepCompleted');
    const { output } = response?.data as { output: Parameters<typeof harness.payloads.get>[0] };
    expect(Object.keys(output)).toEqual(['claim']);
    expect(await harness.payloads.get(output)).toMatchObject({ body: 'x'.repeat(500_000) });
  });
});

describe('an executor', () => {
  it('tells operators of its sandboxes and of the log', async () => {
    const executor = await harness.startExecutor();
    const before = await executor.metrics.registry.metrics();
    expect(before).toMatch(
      /^runnel_executor_sandbox_isolation\{in_force="(namespace|process)",app="executor"\} 1$/m,
    );
    await harness.until(await harness.request(harness.program('return 1;')), 'completed');
    expect(await executor.value('runnel_log_appends_total')).toBe(1);
    expect(await executor.value('runnel_log_appends_total')).toBe(1); // asking does not count
    expect(await executor.value('runnel_executor_sandbox_killed_total')).toBe(0);
    expect(await executor.value('runnel_log_dropped_output_lines_total')).toBe(0);
  });
});

describe('a run whose time is over', () => {
  it('takes its open calls along', async () => {
    await harness.startExecutor();
    let closed = false;
    world.onCall = (request, response) => {
      request.socket.on('close', () => (closed = true));
      response.write('drip');
      const drip = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(drip));
    };
    const runId = await harness.request(harness.program(`${call('drip', 300)} return 1;`), {
      timeoutMs: 1_500,
    });
    await harness.until(runId, 'timed_out');
    await waitFor(() => (closed ? true : undefined), {
      timeoutMs: 5_000,
      what: 'the call to be closed',
    });
  });
});

/** The outside world: an HTTP server that does as the test says. */
class World {
  readonly keys: string[] = [];
  onCall: (request: IncomingMessage, response: ServerResponse) => void | Promise<void> = (
    _request,
    response,
  ) => void response.end('{}');
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.keys.push(String(request.headers['idempotency-key']));
      request.resume();
      void this.onCall(request, response);
    });
  }

  static async open(): Promise<World> {
    const world = new World();
    await new Promise<void>((resolve) => world.server.listen(0, '127.0.0.1', resolve));
    return world;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async isCalled(times = 1): Promise<void> {
    await waitFor(() => (this.keys.length >= times ? true : undefined), { what: 'the call' });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
