import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import type { Json } from './api';
import { SandboxPool } from './sandbox-pool';
import { ESCAPES, FOUND } from './testing/escape-corpus.contract';
import { RecordingHost, SandboxHarness } from './testing/sandbox-harness.contract';

/** Fills a VM with a secret, resets it, and looks for the secret in all of its memory. */
const WIPE = `
  const { VmFactory } = require('./sandbox/child/vm-factory.js');
  const { CLOSED_DOOR } = require('./sandbox/child/guest-door.js');
  (async () => {
    const factory = await VmFactory.load(process.argv[2], process.argv[3]);
    factory.addPrelude(1, 'globalThis.createRuntime = (host, request) => ({ host, request });');
    const image = await factory.image(1);
    const vm = await factory.create(image);
    vm.door = { ...CLOSED_DOOR, outputBytes: 100 };
    vm.install('(async (rt) => { const all = []; for (let i = 0; i < 1e4; i++) all.push(rt.request + i); return 1; })');
    vm.start(Buffer.from('"a-very-secret-text"'), [1, 2, 3, 4]);
    while (vm.hasJobs) vm.runJob();
    const held = () => vm.memory.bytes.includes('a-very-secret-text');
    const heldBefore = held();
    vm.reset(image);
    const pristine = Buffer.concat([image.memory.memory, Buffer.alloc(vm.memory.bytes.length - image.memory.memory.length)]);
    console.log(JSON.stringify({ heldBefore, heldAfter: held(), isAsNew: pristine.equals(vm.memory.bytes) }));
  })();`;

const harness = new SandboxHarness();
let pool: SandboxPool;

beforeAll(() => {
  pool = harness.pool();
});
afterAll(() => harness.close());

describe('ways out of the sandbox', () => {
  it.each(ESCAPES)('%s leads nowhere', async (_name, body) => {
    const host = new RecordingHost(() => Promise.reject(new Error('from the host')));
    const event: Json = JSON.parse('{"__proto__": {"polluted": true}}') as Json;
    const result = await harness.run(pool, FOUND + body, { event, limits: { cpuMs: 2_000 } }, host);
    const text = JSON.stringify(result);
    expect(text).not.toContain('FOUND');
    expect(text).not.toContain(__dirname);
    expect(['completed', 'failed']).toContain(result.status);
    if (result.status === 'failed') expect(result.error.code).toBeUndefined();
  });

  it('none of them has hurt the process', async () => {
    expect(await harness.output(pool, 'return 1')).toBe(1);
    expect(pool.stats()).toMatchObject({ killed: 0, crashed: 0, processes: 1 });
  });

  it('evaluating text is possible, and stays inside', async () => {
    const body =
      'return [eval("1 + 1"), (0, eval)("typeof process"), new Function("return typeof require")(), await (async () => {}).constructor("return 3")()]';
    expect(await harness.output(pool, body)).toEqual([2, 'undefined', 'undefined', 3]);
  });

  describe('what crosses the border', () => {
    it('is plain data with whatever keys', async () => {
      const text =
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"":2}';
      const event = JSON.parse(text) as Json;
      const host = new RecordingHost();
      const output = await harness.output(
        pool,
        'return rt.host.step("a:0", "a", "T", rt.request.event)',
        { event },
        host,
      );
      expect(JSON.stringify(output)).toBe(text);
      expect(JSON.stringify(host.calls[0]?.input)).toBe(text);
      expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('is copied: what a program keeps of it changes nothing outside', async () => {
      const event = { list: [1] };
      const answer = { list: [1] };
      const host = new RecordingHost(async () => answer);
      await harness.output(
        pool,
        'rt.request.event.list.push(2); const a = await rt.host.step("a:0", "a", "T", null); a.list.push(2); return a',
        { event },
        host,
      );
      expect([event, answer]).toEqual([{ list: [1] }, { list: [1] }]);
    });

    it('survives text that is no valid Unicode', async () => {
      expect(
        await harness.output(
          pool,
          'return ["\\ud800", "\\udc00x", "a\\u0000b", rt.request.event]',
          { event: '\ud83d' },
        ),
      ).toEqual(['\ud800', '\udc00x', 'a\0b', '\ud83d']);
      const host = new RecordingHost();
      await harness.output(
        pool,
        'rt.host.log("info", "\\ud800"); await rt.host.step("\\ud800:0", "n", "T", null)',
        {},
        host,
      );
      expect(host.calls).toHaveLength(1);
    });
  });

  it('a program cannot end, or speak for, another run through a host that is over', async () => {
    const body = `
      if (rt.request.event === 'first') { globalThis.kept = rt.host; (0, eval)('var kept2 = 1'); return 'kept'; }
      return typeof globalThis.kept + typeof kept2;`;
    const first = await harness.run(pool, body, { event: 'first' });
    expect(first).toMatchObject({ status: 'failed', error: { type: 'TypeError' } });
    expect(await harness.output(pool, body, { event: 'second' })).toBe('undefinedundefined');
  });
});

describe('warm VMs', () => {
  /** Tries to leave `event.secret` where the next run of the same VM finds it. */
  const STORES: readonly (readonly [string, string, string])[] = [
    ['the global object', 'globalThis.leak = secret', 'globalThis.leak'],
    ['an undeclared variable', '(0, eval)("(x) => { leak = x }")(secret)', 'globalThis.leak'],
    ['a var of indirect eval', '(0, eval)("var leak = 1"); leak = secret', 'globalThis.leak'],
    [
      'a let of indirect eval',
      '(0, eval)("let leak = 1; 0")',
      '(0, eval)("typeof leak === \'undefined\' ? undefined : leak")',
    ],
    ['a function of indirect eval', '(0, eval)("function leak() {}")', 'globalThis.leak'],
    ['Object.prototype', 'Object.prototype.leak = secret', '({}).leak'],
    ['Array.prototype', 'Array.prototype.leak = secret', '[].leak'],
    [
      'Array.prototype.map',
      'Array.prototype.map = () => secret',
      '[1].map((x) => x)[0] === 1 ? undefined : 1',
    ],
    ['Function.prototype', 'Function.prototype.leak = secret', '(() => 1).leak'],
    [
      'the prototype of async functions',
      '(async () => {}).constructor.prototype.leak = secret',
      '(async () => {}).leak',
    ],
    [
      'the prototype of generators',
      '(function* () {}).constructor.prototype.leak = secret',
      '(function* () {}).leak',
    ],
    [
      'the prototype of generator objects',
      'Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())).leak = secret',
      '(function* () {})().leak',
    ],
    [
      'the prototype of async generators',
      '(async function* () {}).constructor.prototype.leak = secret',
      '(async function* () {}).leak',
    ],
    [
      'the prototype of array iterators',
      'Object.getPrototypeOf([][Symbol.iterator]()).leak = secret',
      '[][Symbol.iterator]().leak',
    ],
    [
      'the prototype of string iterators',
      'Object.getPrototypeOf(""[Symbol.iterator]()).leak = secret',
      '""[Symbol.iterator]().leak',
    ],
    [
      'the prototype of map iterators',
      'Object.getPrototypeOf(new Map()[Symbol.iterator]()).leak = secret',
      'new Map()[Symbol.iterator]().leak',
    ],
    [
      'the prototype of set iterators',
      'Object.getPrototypeOf(new Set()[Symbol.iterator]()).leak = secret',
      'new Set()[Symbol.iterator]().leak',
    ],
    [
      'the prototype of matchAll',
      'Object.getPrototypeOf("a".matchAll(/a/g)).leak = secret',
      '"a".matchAll(/a/g).leak',
    ],
    [
      'the prototype of iterator helpers',
      'Object.getPrototypeOf([].values().map((x) => x)).leak = secret',
      '[].values().map((x) => x).leak',
    ],
    [
      'the prototype of wrapped iterators',
      'Object.getPrototypeOf(Iterator.from({ next() {} })).leak = secret',
      'Iterator.from({ next() {} }).leak',
    ],
    [
      'the prototype of typed arrays',
      'Object.getPrototypeOf(Uint8Array.prototype).leak = secret',
      'new Int8Array(1).leak',
    ],
    [
      'the thrower of strict arguments',
      'Object.getOwnPropertyDescriptor((function () { "use strict"; return arguments })(), "callee").get.leak = secret',
      'Object.getOwnPropertyDescriptor((function () { "use strict"; return arguments })(), "callee").get.leak',
    ],
    ['the prototype of errors', 'TypeError.prototype.leak = secret', 'new TypeError().leak'],
    ['Error.stackTraceLimit', 'Error.stackTraceLimit = 1', 'Error.stackTraceLimit'],
    [
      'Error.prepareStackTrace',
      'Error.prepareStackTrace = () => secret',
      'Error.prepareStackTrace',
    ],
    ['Math', 'Math.leak = secret', 'Math.leak'],
    ['Math.random', 'Math.random = () => secret', 'Math.random() === 1 ? 1 : undefined'],
    ['JSON', 'JSON.leak = secret', 'JSON.leak'],
    ['Reflect', 'Reflect.leak = secret', 'Reflect.leak'],
    ['Symbol', 'Symbol.leak = secret', 'Symbol.leak'],
    [
      'a getter on a prototype',
      'Object.defineProperty(Object.prototype, "leak", { get: () => secret, configurable: true })',
      '({}).leak',
    ],
    ['Date', 'Date.now = () => secret', 'Date.now() > 1e12 ? undefined : 1'],
    ['RegExp', '/(.*)/.exec(secret)', 'RegExp.$1 || undefined'],
    [
      'a regular expression literal',
      'const r = () => /a/g; r().exec("aa"); r().leak = secret',
      '(() => /a/g)().leak',
    ],
    ['a template object', 'const t = (s) => s; t`x`.leak = secret', '((s) => s)`x`.leak'],
    ['the program itself', 'run.leak = secret', 'run.leak'],
    [
      'the prototype of the program',
      'Object.getPrototypeOf(run).leak = secret',
      'Object.getPrototypeOf(run).leak',
    ],
    ['createRuntime', 'createRuntime.leak = secret', 'globalThis.createRuntime?.leak'],
    [
      'what createRuntime hides',
      'Object.getPrototypeOf(createRuntime({}, {})).leak = secret',
      'rt.leak',
    ],
    ['eval', 'eval.leak = secret', 'eval.leak'],
    [
      'an accessor that stands for a frozen property',
      'Object.getOwnPropertyDescriptor(Error.prototype, "name").set.leak = secret',
      'Object.getOwnPropertyDescriptor(Error.prototype, "name").set?.leak',
    ],
    [
      'the receiver of such an accessor',
      'Error.prototype.name = secret',
      'Error.prototype.name === "Error" ? undefined : 1',
    ],
    ['the prototype chain', 'Object.setPrototypeOf(Array.prototype, { leak: secret })', '[].leak'],
    [
      'a promise left behind',
      'Promise.resolve().then(() => { globalThis.leak = secret }); new Promise(() => {}).then(() => {})',
      'globalThis.leak',
    ],
  ];

  it.each(STORES)('keep nothing of a run in %s', async (_where, store, read) => {
    const body = `
      const secret = rt.request.event;
      if (secret !== null) { try { ${store}; } catch {} return 'stored'; }
      const got = ${read};
      return got === undefined ? 'nothing' : 'LEAKED';`;
    expect(await harness.output(pool, body, { event: 'the secret' })).toBe('stored');
    expect(await harness.output(pool, body)).toBe('nothing');
  });

  it('let programs do what honest programs do', async () => {
    const body = `
      class Failure extends Error { constructor(m) { super(m); this.name = 'Failure'; this.message = m + '!'; } toString() { return 'F'; } }
      function Old() {} Old.prototype = Object.create(Array.prototype); Old.prototype.constructor = Old; Old.prototype.toString = () => 'old';
      const o = { toString: 1 }; o.valueOf = 2; o.hasOwnProperty = 3; o.constructor = 4;
      const f = () => {}; f.toString = () => 'f';
      const e = new TypeError('x'); e.name = 'Renamed';
      return [new Failure('m').message, new Failure('m').name, String(new Old()), o, String(f), e.name, [1, 2].map((x) => x * 2), [...new Set([1, 1])]];`;
    expect(await harness.output(pool, body)).toEqual([
      'm!',
      'Failure',
      'old',
      { toString: 1, valueOf: 2, hasOwnProperty: 3, constructor: 4 },
      'f',
      'Renamed',
      [2, 4],
      [1],
    ]);
  });

  it('serve one program of one project only', async () => {
    const code = '(() => { let count = 0; return async () => { count += 1; return count; }; })()';
    const program = async () => ({ prelude: 'globalThis.createRuntime = () => null', code });
    const count = (project: string, programId: string) =>
      harness.output(pool, '', { project, programId, program });
    expect([await count('prj_a', 'ver_1'), await count('prj_a', 'ver_1')]).toEqual([1, 2]); // the same VM
    expect(await count('prj_b', 'ver_1')).toBe(1);
    expect(await count('prj_a', 'ver_2')).toBe(1);
  });

  it('keep the methods that all runtimes share, although programs can make a runtime', async () => {
    const prelude = `
      const methods = { greet() { return 'honest'; } };
      globalThis.createRuntime = (host, request) => Object.setPrototypeOf({ host, request }, methods);`;
    const code = `(async (rt) => {
      try { Object.getPrototypeOf(createRuntime({}, {})).greet = () => 'poisoned'; } catch {}
      return rt.greet();
    })`;
    const program = async () => ({ prelude, code });
    expect(await harness.output(pool, '', { programId: 'ver_methods', program })).toBe('honest');
  });

  it('that change hands are wiped to the last byte', async () => {
    const { folder } = harness.compiled;
    const script = join(folder, 'wipe.js');
    writeFileSync(script, WIPE);
    const wasm = require.resolve('quickjs-wasi/quickjs.wasm');
    const args = [script, join(dirname(wasm), 'dist', 'index.js'), wasm];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual({ heldBefore: true, heldAfter: false, isAsNew: true });
  });

  it('start anew after an error that may have hurt them', async () => {
    const code = `(() => { let count = 0; return async (rt) => { count += 1; if (rt.request.event === 'deep') (function f() { f(); })(); return count; }; })()`;
    const change = {
      programId: 'ver_hurt',
      program: async () => ({
        prelude: 'globalThis.createRuntime = (host, request) => ({ host, request })',
        code,
      }),
    };
    expect([
      await harness.output(pool, '', change),
      await harness.output(pool, '', change),
    ]).toEqual([1, 2]);
    expect(await harness.error(pool, '', { ...change, event: 'deep' })).toMatchObject({
      code: 'STACK_LIMIT',
    });
    expect(await harness.output(pool, '', change)).toBe(1);
  });
});
