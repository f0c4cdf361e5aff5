import { isAppError } from '@runnel/errors';

import { waitFor } from '@runnel/testing';

import { SandboxPool } from './sandbox-pool';
import { SuspendRun } from './suspend-run';
import { cpuTicks } from './testing/process-facts.contract';
import {
  deferred,
  PRELUDE,
  RecordingHost,
  SandboxHarness,
} from './testing/sandbox-harness.contract';

const harness = new SandboxHarness();
let pool: SandboxPool;

beforeAll(() => {
  pool = harness.pool();
});
afterAll(() => harness.close());

describe(SandboxPool, () => {
  it('runs a program on its request and gives back what it returns', async () => {
    const event = {
      text: 'ä€\u{1f600}\u0000',
      list: [1, 2.5, null, true],
      nested: { a: { b: 'c' } },
    };
    const result = await harness.run(
      pool,
      'return { got: rt.request.event, from: rt.request.trigger.nodeId }',
      { event },
    );
    expect(result).toMatchObject({ status: 'completed', output: { got: event, from: 'start' } });
    expect(result.cpuMs).toBeGreaterThan(0);
  });

  it.each([
    ['undefined', 'null'],
    ['() => 1', 'null'],
    ['Symbol("x")', 'null'],
    ['NaN', 'null'],
    ['[undefined, () => 1]', '[null,null]'],
    ['new Date(0)', '"1970-01-01T00:00:00.000Z"'],
    ['new Map([[1, 2]])', '{}'],
    ['{ toJSON: () => ({ a: 1 }) }', '{"a":1}'],
  ])('turns %s into the JSON %s', async (value, json) => {
    expect(JSON.stringify(await harness.output(pool, `return ${value};`))).toBe(json);
  });

  it('works out for a program what its engine lacks', async () => {
    const body = `
      const ask = (kind, input) => {
        try { return rt.host.compute(kind, input); } catch (error) { return [error.name, error.code]; }
      };
      return [
        ask('hash', { text: 'ñ', algorithm: 'md5', encoding: 'base64' }),
        ask('zone-offset', { zone: 'Asia/Kolkata', time: 0 }),
        ask('zone-offset', { zone: 'Mars/Olympus', time: 0 }),
        ask('hash', undefined),
      ];`;
    expect(await harness.output(pool, body)).toEqual([
      'lOk0LsuxRYtgQ+zTv8vBkg==',
      330,
      ['RangeError', 'UNKNOWN_TIME_ZONE'],
      ['RangeError', 'UNKNOWN_ALGORITHM'],
    ]);
  });

  it('asks for the program only when no process has it', async () => {
    let loads = 0;
    const program = async () => {
      loads += 1;
      return { prelude: PRELUDE, code: '(async () => 1)' };
    };
    const change = { programId: 'ver_once', program };
    await Promise.all([harness.output(pool, '', change), harness.output(pool, '', change)]);
    await harness.output(pool, '', change);
    expect(loads).toBe(1);
  });

  it('fails the call, not the pool, when the program cannot be loaded', async () => {
    const program = () => Promise.reject(new Error('no such version'));
    await expect(harness.run(pool, '', { programId: 'ver_gone', program })).rejects.toThrow(
      'no such version',
    );
    expect(await harness.output(pool, 'return 1')).toBe(1);
  });

  it.each([
    ['text that is no program', '(async function run( {'],
    ['something that is no function', '({})'],
    ['a program that throws before it is one', '(() => { throw new Error("early") })()'],
  ])('says that %s is invalid', async (_what, code) => {
    const program = async () => ({ prelude: PRELUDE, code });
    expect(await harness.error(pool, '', { programId: code, program })).toMatchObject({
      code: 'PROGRAM_INVALID',
    });
  });

  it('says that a prelude that does not load is invalid', async () => {
    const program = async () => ({
      prelude: 'throw new Error("broken prelude")',
      code: '(async () => 1)',
    });
    const error = await harness.error(pool, '', { programId: 'broken', program });
    expect(error).toMatchObject({ code: 'PROGRAM_INVALID' });
    expect(error.message).toContain('broken prelude');
  });

  describe('errors of the program', () => {
    it.each([
      ['throw new TypeError("x")', { type: 'TypeError', message: 'x' }],
      [
        'const e = new Error("y"); e.name = "HttpError"; e.nodeId = "n1"; e.code = "E1"; throw e',
        { type: 'HttpError', message: 'y', nodeId: 'n1', code: 'E1' },
      ],
      ['throw "text"', { type: 'Error', message: 'text' }],
      ['throw null', { type: 'Error', message: 'null' }],
      ['throw {}', { type: 'Error', message: 'something that is not an error was thrown' }],
      [
        'throw { get name() { throw 1 } }',
        { type: 'Error', message: 'the error could not be read' },
      ],
      [
        'throw new Proxy({}, { get() { throw 1 } })',
        { type: 'Error', message: 'the error could not be read' },
      ],
      ['undefined.x', { type: 'TypeError', message: "cannot read property 'x' of undefined" }],
      ['const e = new Error("z"); e.code = "CPU_LIMIT"; throw e', { type: 'Error', message: 'z' }],
    ])('%s', async (body, error) => {
      expect(await harness.error(pool, body)).toEqual(error);
    });

    it('are cut to a length that can be stored', async () => {
      const error = await harness.error(pool, 'throw new Error("x".repeat(1e6))');
      expect(error.message).toHaveLength(8_192);
    });
  });

  describe('steps', () => {
    it('leave the sandbox as plain data and come back as such', async () => {
      const host = new RecordingHost(async () => ({ status: 200, body: { a: [1] } }));
      const output = await harness.output(
        pool,
        'return rt.host.step("n1:0", "n1", "HttpRequest", { url: "x" })',
        {},
        host,
      );
      expect(output).toEqual({ status: 200, body: { a: [1] } });
      expect(host.calls).toEqual([
        {
          key: 'n1:0',
          nodeId: 'n1',
          nodeType: 'HttpRequest',
          input: { url: 'x' },
          notes: { fired: [], firedOmitted: 0, values: [], logs: [] },
        },
      ]);
    });

    it('that fail can be caught with type, message and code', async () => {
      class HttpError extends Error {
        override readonly name = 'HttpError';
        readonly code = 'EGRESS_REFUSED';
      }
      const host = new RecordingHost(() => Promise.reject(new HttpError('refused')));
      const body =
        'try { await rt.host.step("n:0", "n", "T", null) } catch (e) { return [e instanceof Error, e.name, e.message, e.code] }';
      expect(await harness.output(pool, body, {}, host)).toEqual([
        true,
        'HttpError',
        'refused',
        'EGRESS_REFUSED',
      ]);
    });

    it('are not asked for when the journal has them', async () => {
      const journal = {
        'a:0': { ok: true, output: { stored: '€' } },
        'b:0': { ok: false, error: { type: 'HttpError', message: 'stored failure', code: 'E' } },
        __proto__: { ok: true, output: 1 },
      } as const;
      const body = `
        const a = await rt.host.step('a:0', 'a', 'T', null);
        const b = await rt.host.step('b:0', 'b', 'T', null).catch((e) => [e.name, e.message, e.code]);
        return [a, b, rt.host.value('v:0', 'now') > 0];`;
      const host = new RecordingHost();
      expect(await harness.output(pool, body, { journal }, host)).toEqual([
        { stored: '€' },
        ['HttpError', 'stored failure', 'E'],
        true,
      ]);
      expect(host.calls).toEqual([]);
    });

    it('go side by side, and each promise gets its own answer', async () => {
      const answers = new Map(['a:0', 'b:0'].map((key) => [key, deferred<string>()]));
      const host = new RecordingHost(
        ({ key }) => answers.get(key)?.promise ?? Promise.reject(new Error(key)),
      );
      const body =
        'return Promise.all([rt.host.step("a:0", "a", "T", 1), rt.host.step("b:0", "b", "T", 2)])';
      const output = harness.output(pool, body, {}, host);
      answers.get('b:0')?.resolve('second');
      answers.get('a:0')?.resolve('first');
      expect(await output).toEqual(['first', 'second']);
    });

    it('are performed once per key, however often the program asks', async () => {
      const host = new RecordingHost(async () => 'once');
      const body =
        'const s = () => rt.host.step("a:0", "a", "T", null); return [...await Promise.all([s(), s()]), await s()]';
      expect(await harness.output(pool, body, {}, host)).toEqual(['once', 'once', 'once']);
      expect(host.calls).toHaveLength(1);
    });

    it('refuse keys that are not text', async () => {
      expect(
        await harness.error(pool, 'await rt.host.step({ toString: () => "a" }, "a", "T", null)'),
      ).toMatchObject({ type: 'TypeError' });
    });
  });

  describe('notes', () => {
    it('come with the step they precede, and the rest with the result', async () => {
      const host = new RecordingHost();
      const body = `
        rt.host.log('info', 'first', 'n1');
        rt.host.fired('n2:0', 'n2', 'SetVariable', { a: 1 });
        const id = rt.host.value('n3:0', 'uuid');
        await rt.host.step('n4:0', 'n4', 'T', null);
        rt.host.log('shout', { not: 'text' });
        return id;`;
      const result = await harness.run(pool, body, {}, host);
      const id = result.status === 'completed' ? result.output : undefined;
      expect(id).toMatch(/^[0-9a-f]{8}-/);
      const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
      expect(host.calls[0]?.notes).toEqual({
        fired: [{ key: 'n2:0', nodeId: 'n2', nodeType: 'SetVariable', output: { a: 1 }, at }],
        firedOmitted: 0,
        values: [{ key: 'n3:0', kind: 'uuid', output: id, at }],
        logs: [{ n: 0, level: 'info', message: 'first', nodeId: 'n1', at }],
      });
      expect(result.notes).toEqual({
        fired: [],
        firedOmitted: 0,
        values: [],
        logs: [{ n: 1, level: 'info', message: '{"not":"text"}', at }],
      });
    });

    it('tell lines of an earlier attempt no second time', async () => {
      const body = 'for (const text of ["a", "b", "c"]) rt.host.log("info", text, "n"); return 1';
      const { notes } = await harness.run(pool, body, { logLinesSeen: 2 });
      expect(notes.logs).toMatchObject([{ n: 2, message: 'c' }]);
    });

    it('are bounded: lines, bytes, nodes and the size of each', async () => {
      const lines = await harness.run(
        pool,
        'for (let i = 0; i < 50; i++) rt.host.log("info", String(i)); return 1',
        { limits: { logLines: 10 } },
      );
      expect(lines.notes.logs).toHaveLength(11);
      expect(lines.notes.logs.at(-1)).toMatchObject({
        n: 10,
        level: 'warn',
        message: 'log truncated',
      });
      const bytes = await harness.run(
        pool,
        'for (let i = 0; i < 50; i++) rt.host.log("info", "€".repeat(100)); return 1',
        { limits: { logBytes: 1_000 } },
      );
      expect(bytes.notes.logs.map(({ message }) => message.length)).toEqual([
        100,
        100,
        100,
        'log truncated'.length,
      ]);
      const fired = await harness.run(
        pool,
        'for (let i = 0; i < 250; i++) rt.host.fired(`n:${i}`, "n", "T", i); rt.host.firedOmitted(7); return 1',
      );
      expect(fired.notes.fired).toHaveLength(200);
      expect(fired.notes.firedOmitted).toBe(57);
      const large = await harness.run(
        pool,
        'rt.host.fired("n:0", "n", "T", { a: "x".repeat(5000) }, [1]); const c = {}; c.c = c; rt.host.fired("n:1", "n", "T", c); return 1',
      );
      expect(large.notes.fired).toMatchObject([{ key: 'n:0', inputs: [1] }, { key: 'n:1' }]);
      expect(large.notes.fired.map((note) => 'output' in note)).toEqual([false, false]);
    });
  });

  describe('time and chance', () => {
    const body =
      'return [Date.now(), new Date().getTime(), Math.random(), Math.random(), rt.host.value("r:0", "random"), rt.host.value("u:0", "uuid")]';

    it('are recorded, and a replay sees the same', async () => {
      const first = await harness.run(pool, body, { id: 'run_same' });
      if (first.status !== 'completed') throw new Error(first.status);
      const journal = Object.fromEntries(
        first.notes.values.map(({ key, output }) => [key, { ok: true as const, output }]),
      );
      const second = await harness.run(pool, body, { id: 'run_same', journal });
      expect(second).toMatchObject({
        status: 'completed',
        output: first.output,
        notes: { values: [] },
      });
      const third = await harness.output(pool, body, { id: 'run_other' });
      expect(third).not.toEqual(first.output);
    });

    it('move on with each step', async () => {
      const output = await harness.output(
        pool,
        'const a = Date.now(); await rt.host.step("d:0", "d", "T", null); return Date.now() - a',
        {},
        new RecordingHost(() => new Promise((resolve) => setTimeout(() => resolve(null), 15))),
      );
      expect(output).toBeGreaterThanOrEqual(10);
    });

    it('are in UTC', async () => {
      expect(
        await harness.output(
          pool,
          'return [new Date(0).getTimezoneOffset(), new Date(2020, 0, 1).toISOString()]',
        ),
      ).toEqual([0, '2020-01-01T00:00:00.000Z']);
    });
  });

  describe('endings from outside', () => {
    it('a host that suspends gets the run back without a result', async () => {
      const host = new RecordingHost(() => Promise.reject(new SuspendRun()));
      const result = await harness.run(
        pool,
        'try { await rt.host.step("d:0", "d", "Delay", null) } catch { return "caught" }',
        {},
        host,
      );
      expect(result).toMatchObject({ status: 'suspended' });
      const journal = { 'd:0': { ok: true, output: null } } as const;
      expect(
        await harness.output(
          pool,
          'await rt.host.step("d:0", "d", "Delay", null); return "later"',
          { journal },
        ),
      ).toBe('later');
    });

    it('an abort ends a run that waits', async () => {
      const abort = new AbortController();
      const asked = deferred<void>();
      const host = new RecordingHost(() => {
        asked.resolve();
        return new Promise(() => undefined);
      });
      const run = harness.run(
        pool,
        'await rt.host.step("d:0", "d", "T", null)',
        { signal: abort.signal },
        host,
      );
      await asked.promise;
      abort.abort();
      expect(await run).toMatchObject({ status: 'suspended' });
    });

    it('an abort ends a run that computes, and its process serves the next', async () => {
      const abort = new AbortController();
      await harness.output(pool, 'return 1');
      const [pid] = pool.stats().pids;
      const before = cpuTicks(pid);
      const run = harness.run(pool, 'for (;;);', {
        signal: abort.signal,
        limits: { cpuMs: 60_000 },
      });
      await waitFor(() => cpuTicks(pid) - before > 10, { what: 'the program to compute' });
      abort.abort();
      expect(await run).toMatchObject({ status: 'suspended' });
      expect(await harness.output(pool, 'return 1')).toBe(1);
      expect(pool.stats()).toMatchObject({ pids: [pid], killed: 0 });
    });

    it('a run whose signal is aborted already does not start', async () => {
      expect(await harness.run(pool, 'return 1', { signal: AbortSignal.abort() })).toMatchObject({
        status: 'suspended',
      });
    });

    it('a run that takes too long is timed out and keeps what it said', async () => {
      const host = new RecordingHost(() => new Promise(() => undefined));
      const body =
        'rt.host.log("info", "before"); const s = rt.host.step("d:0", "d", "T", null); rt.host.log("info", "after"); await s';
      const result = await harness.run(pool, body, { limits: { wallMs: 150 } }, host);
      expect(result).toMatchObject({
        status: 'timed_out',
        error: { code: 'WALL_LIMIT' },
        notes: { logs: [{ n: 1, message: 'after' }] },
      });
    });
  });

  it('notices at once that a program waits for nothing', async () => {
    const began = performance.now();
    expect(await harness.error(pool, 'await new Promise(() => {})')).toMatchObject({
      code: 'NEVER_SETTLES',
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('runs more at one time than it has VMs, in turns', async () => {
    const small = harness.pool({ maxVmsPerProcess: 2 });
    const host = new RecordingHost(
      () => new Promise((resolve) => setTimeout(() => resolve(null), 5)),
    );
    const runs = Array.from({ length: 20 }, (_, n) =>
      harness.output(small, `await rt.host.step("d:0", "d", "T", null); return ${n}`, {}, host),
    );
    expect(await Promise.all(runs)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(small.stats()).toMatchObject({ running: 0, queued: 0 });
  });

  it('refuses more waiting runs than it may hold', async () => {
    const tiny = harness.pool({ maxVmsPerProcess: 1, maxQueued: 1 });
    const gate = deferred<null>();
    const host = new RecordingHost(() => gate.promise);
    const body = 'return rt.host.step("d:0", "d", "T", null)';
    await harness.output(tiny, 'return 1');
    const first = harness.run(tiny, body, {}, host);
    const second = harness.run(tiny, body, {}, host);
    await Promise.resolve().then(() => undefined);
    const refused = await harness.run(tiny, body, {}, host).catch((error: unknown) => error);
    expect(isAppError(refused, 'UNAVAILABLE')).toBe(true);
    gate.resolve(null);
    expect([(await first).status, (await second).status]).toEqual(['completed', 'completed']);
  });

  it('ends what runs when it is closed, and takes nothing more', async () => {
    const closing = harness.pool();
    const asked = deferred<void>();
    const host = new RecordingHost(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const run = harness
      .run(closing, 'await rt.host.step("d:0", "d", "T", null)', {}, host)
      .catch((error: unknown) => error);
    await asked.promise;
    await closing.close();
    expect(isAppError(await run, 'UNAVAILABLE')).toBe(true);
    await expect(harness.run(closing, 'return 1')).rejects.toThrow('closed');
    expect(closing.stats().processes).toBe(0);
  });

  it('says what to do when its child program is missing', async () => {
    const missing = harness.pool({ childEntry: '/nowhere/main.js' });
    await expect(harness.run(missing, 'return 1')).rejects.toThrow('npm run build');
  });
});
