import { SandboxPool } from './sandbox-pool';
import { residentMib } from './testing/process-facts.contract';
import { RecordingHost, SandboxHarness } from './testing/sandbox-harness.contract';

const harness = new SandboxHarness();
let pool: SandboxPool;
let servedBy = 0;

beforeAll(() => {
  pool = harness.pool();
});
beforeEach(async () => {
  await harness.output(pool, 'return "before"');
  servedBy = pool.stats().pids[0] ?? 0;
});
afterAll(() => harness.close());

/** What the language itself forbids is an error like any other. */
const PROGRAMS_OWN = ['one array buffer', 'a bigint'];

/** After whatever a program has done, the next one is served by the same process. */
async function expectService(): Promise<void> {
  expect(await harness.output(pool, 'return "next"')).toBe('next');
  expect(pool.stats().pids).toContain(servedBy);
}

describe('limits of the sandbox', () => {
  describe('CPU time', () => {
    it.each([
      ['a loop', 'for (;;);'],
      [
        'a loop that catches everything',
        'for (;;) { try { for (;;); } catch {} finally { continue; } }',
      ],
      ['a loop of microtasks', 'for (;;) await null;'],
      [
        'microtasks that breed',
        'const f = () => { Promise.resolve().then(f); Promise.resolve().then(f); }; f(); await new Promise(() => {});',
      ],
      [
        'a loop left behind by a program that is done',
        '(async () => { for (;;) await null; })(); return 1;',
      ],
      ['a thenable that never ends', 'await { then(resolve) { resolve(this); } };'],
      ['a getter of the result', 'return { get a() { for (;;); } };'],
      ['a toJSON of the result', 'return { toJSON() { for (;;); } };'],
      ['a proxy as result', 'return new Proxy({}, { ownKeys() { for (;;); } });'],
      ['a getter of the error', 'throw { get message() { for (;;); } };'],
      ['a regular expression that backtracks', 'return /^(a+)+$/.test("a".repeat(60) + "b");'],
      [
        'sorting with a bad comparison',
        'return Array.from({ length: 1e6 }, (_, i) => i).sort(() => { for (let i = 0; i < 1e3; i++); return 1; }).length;',
      ],
      ['a generator without end', 'for (const _ of (function* () { for (;;) yield 1; })());'],
      ['the input of a step', 'await rt.host.step("a:0", "a", "T", { toJSON() { for (;;); } });'],
      ['a log line', 'rt.host.log("info", { toJSON() { for (;;); } });'],
    ])('%s', async (_what, body) => {
      const result = await harness.run(pool, body, { limits: { cpuMs: 150 } }, new RecordingHost());
      if (_what.startsWith('a loop left')) expect(result.status).toBe('completed');
      else
        expect(result).toMatchObject({
          status: 'failed',
          error: { code: 'CPU_LIMIT', message: 'CPU time limit exceeded' },
        });
      await expectService();
    });

    it('is counted over the whole run, not anew after each step', async () => {
      const body =
        'for (let n = 0; n < 100; n++) { const end = 3e5; for (let i = 0; i < end; i++); await rt.host.step("a:" + n, "a", "T", null); }';
      const host = new RecordingHost(async () => null);
      expect(await harness.error(pool, body, { limits: { cpuMs: 200 } }, host)).toMatchObject({
        code: 'CPU_LIMIT',
      });
      expect(host.calls.length).toBeGreaterThan(1);
    });

    it('is told of runs that end well', async () => {
      const { cpuMs } = await harness.run(pool, 'for (let i = 0; i < 1e5; i++); return 1');
      expect(cpuMs).toBeGreaterThan(1);
      expect(cpuMs).toBeLessThan(5_000);
    });
  });

  describe('memory', () => {
    it.each([
      ['arrays', 'const all = []; for (;;) all.push(new Array(1000).fill(1.5));'],
      ['strings', 'let s = "x"; for (;;) s += s;'],
      ['one long string', 'return "x".repeat(2 ** 29);'],
      ['typed arrays', 'const all = []; for (;;) all.push(new Float64Array(1e6));'],
      ['one typed array', 'new Uint8Array(1e9);'],
      ['one array buffer', 'new ArrayBuffer(2 ** 31);'],
      ['objects', 'let o = {}; for (;;) o = { o, p: {} };'],
      ['closures', 'let f = () => 1; for (;;) { const g = f; f = () => g; }'],
      ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i]);'],
      ['promises', 'const all = []; for (;;) all.push(new Promise(() => {}));'],
      [
        'JSON that unfolds',
        'let o = "x".repeat(1e5); for (let i = 0; i < 40; i++) o = [o, o]; return JSON.stringify(o);',
      ],
      ['a regular expression', 'return "x".repeat(3e7).replace(/x/g, "yyyyyyyy").length;'],
      ['a bigint', 'let b = 3n; for (;;) b = b * b;'],
      [
        'symbols',
        'const all = []; for (let i = 0; ; i++) all.push(Symbol.for("x".repeat(1e4) + i));',
      ],
    ])('%s', async (what, body) => {
      const error = await harness.error(pool, body, { limits: { memoryBytes: 32 * 1024 * 1024 } });
      const limited = { code: 'MEMORY_LIMIT', message: 'Memory limit exceeded' };
      expect(error).toMatchObject(PROGRAMS_OWN.includes(what) ? { type: 'RangeError' } : limited);
      await expectService();
    });

    it('is given back: bombs in a row do not add up', async () => {
      const [pid = 0] = pool.stats().pids;
      for (let n = 0; n < 12; n += 1) {
        const body = 'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(7));';
        expect(await harness.error(pool, body)).toMatchObject({ code: 'MEMORY_LIMIT' });
      }
      expect(residentMib(pid)).toBeLessThan(500);
    });

    it('a large request is a matter of the run that has it', async () => {
      const event = { text: 'x'.repeat(12 * 1024 * 1024) };
      const error = await harness.error(pool, 'return rt.request.event.text.length', {
        event,
        limits: { memoryBytes: 8 * 1024 * 1024 },
      });
      expect(error.code).toBe('MEMORY_LIMIT');
      await expectService();
    });
  });

  describe('the stack', () => {
    it.each([
      ['recursion', '(function f() { return f() + 1; })();'],
      ['recursion through built-ins', '(function f() { return [1].map(f); })();'],
      ['recursion through a getter', 'const o = { get a() { return this.a; } }; return o.a;'],
      ['recursion through toString', 'const o = { toString() { return "" + o; } }; return "" + o;'],
      [
        'a chain of proxies',
        'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;',
      ],
      ['deep JSON that is read', 'return JSON.parse("[".repeat(1e6) + "]".repeat(1e6));'],
      ['deep JSON that is written', 'let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o;'],
      [
        'a deep input of a step',
        'let o = []; for (let i = 0; i < 1e5; i++) o = [o]; await rt.host.step("a:0", "a", "T", o);',
      ],
      ['a deep expression', 'return (0, eval)("(".repeat(1e5) + "1" + ")".repeat(1e5));'],
      ['flattening', 'let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o.flat(Infinity);'],
    ])('%s', async (_what, body) => {
      expect(await harness.error(pool, body)).toMatchObject({
        code: 'STACK_LIMIT',
        message: 'Call stack limit exceeded',
      });
      await expectService();
    });

    it('is deep enough for honest work, and its end can be caught', async () => {
      const body =
        'const f = (n) => (n === 0 ? 0 : 1 + f(n - 1)); let deep; try { (function g() { g(); })(); } catch (e) { deep = e.name; } return [f(500), deep];';
      expect(await harness.output(pool, body)).toEqual([500, 'RangeError']);
    });
  });

  describe('output', () => {
    it('a result', async () => {
      const limits = { outputBytes: 1_000 };
      expect(await harness.output(pool, 'return "x".repeat(998)', { limits })).toHaveLength(998);
      expect(await harness.error(pool, 'return "x".repeat(999)', { limits })).toMatchObject({
        code: 'OUTPUT_LIMIT',
        message: 'Output limit exceeded',
      });
      expect(await harness.error(pool, 'return "€".repeat(400)', { limits })).toMatchObject({
        code: 'OUTPUT_LIMIT',
      });
      expect(await harness.error(pool, 'return "x".repeat(2e7)')).toMatchObject({
        code: 'OUTPUT_LIMIT',
      });
    });

    it('the input of a step, even when the program catches errors', async () => {
      const host = new RecordingHost();
      const body =
        'try { await rt.host.step("a:0", "a", "T", "x".repeat(2e6)); } catch {} return "went on"';
      expect(await harness.error(pool, body, {}, host)).toMatchObject({ code: 'OUTPUT_LIMIT' });
      expect(host.calls).toEqual([]);
      await expectService();
    });

    it('nesting that no reader could follow', async () => {
      const body = 'let o = 1; for (let i = 0; i < 2000; i++) o = [o]; return o;';
      expect(await harness.error(pool, body)).toMatchObject({ code: 'OUTPUT_LIMIT' });
      const step =
        'let o = 1; for (let i = 0; i < 2000; i++) o = { o }; await rt.host.step("a:0", "a", "T", o);';
      expect(await harness.error(pool, step, {}, new RecordingHost())).toMatchObject({
        code: 'OUTPUT_LIMIT',
      });
      const fine =
        'let o = 1; for (let i = 0; i < 200; i++) o = [o]; return JSON.stringify(o).length;';
      expect(await harness.output(pool, fine)).toBe(401);
    });
  });

  describe('steps', () => {
    it('in flight at one time', async () => {
      const body =
        'await Promise.all(Array.from({ length: 11 }, (_, n) => rt.host.step("a:" + n, "a", "T", null)))';
      const host = new RecordingHost(() => new Promise(() => undefined));
      expect(await harness.error(pool, body, { limits: { pendingSteps: 10 } }, host)).toMatchObject(
        { code: 'STEP_LIMIT' },
      );
      await expectService();
    });

    it('in all, even when the program catches errors', async () => {
      const body =
        'for (let n = 0; ; n++) { try { await rt.host.step("a:" + n, "a", "T", null); } catch {} }';
      const host = new RecordingHost();
      expect(await harness.error(pool, body, { limits: { steps: 50 } }, host)).toMatchObject({
        code: 'STEP_LIMIT',
      });
      expect(host.calls).toHaveLength(50);
    });

    it.each([
      ['10,000 of them', 'for (let n = 0; ; n++) rt.host.value("v:" + n, "random");', {}],
      ['4 MiB of notes', 'for (let n = 0; ; n++) rt.host.value("v".repeat(9999) + n, "now");', {}],
      [
        'what the run is allowed',
        'for (let n = 0; n < 4; n++) rt.host.value("v:" + n, "uuid");',
        { values: 3 },
      ],
    ])('and no more values than %s: they are recorded as well', async (_what, body, limits) => {
      expect(await harness.error(pool, body, { limits })).toMatchObject({
        type: 'LimitError',
        code: 'STEP_LIMIT',
      });
    });

    it('and values on a replay count as they did at first', async () => {
      const body = 'for (let n = 0; n < 4; n++) rt.host.value("v:" + n, "now"); return "done";';
      const recorded = (count: number) =>
        Object.fromEntries(
          Array.from({ length: count }, (_, n) => [`v:${n}`, { ok: true, output: n } as const]),
        );
      const within = { journal: recorded(4), limits: { values: 4 } };
      expect(await harness.output(pool, body, within)).toBe('done');
      const beyond = { journal: recorded(4), limits: { values: 3 } };
      expect(await harness.error(pool, body, beyond)).toMatchObject({ code: 'STEP_LIMIT' });
    });
  });
});
