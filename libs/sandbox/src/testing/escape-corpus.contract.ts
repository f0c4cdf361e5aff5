/**
 * Ways out of JavaScript sandboxes that worked somewhere, and some of our own. Each is the body of a program that
 * must not find anything of the host: it returns or throws what it has got hold of, and must come back with
 * nothing but what is the VM's own. `found(x)` is true for a thing of the host.
 */
export const ESCAPES: readonly (readonly [name: string, body: string])[] = [
  // The classics: from any function to its realm's global object.
  ['constructor of a function', `return found(({}).constructor.constructor('return process')());`],
  ['constructor of a host function', `return found(rt.host.step.constructor('return process')());`],
  [
    'constructor of the request',
    `return found(rt.request.constructor.constructor('return globalThis.process')());`,
  ],
  [
    'constructor of an async function',
    `return found(await (async () => {}).constructor('return process')());`,
  ],
  [
    'constructor of a generator',
    `return found((function* () {}).constructor('yield process')().next().value);`,
  ],
  ['Function itself', `return found(Function('return this')().process);`],
  ['indirect eval', `return found((0, eval)('this').process ?? (0, eval)('process'));`],
  ['this of a sloppy function', `return found((function () { return this; })()?.process);`],
  ['a global of Node', `return found(typeof require === 'function' ? require : undefined);`],
  [
    'globals of Node',
    `return found([typeof process, typeof module, typeof exports, typeof Buffer, typeof __dirname, typeof global].filter((t) => t !== 'undefined')[0]);`,
  ],
  [
    'globals of the web',
    `return found([typeof fetch, typeof WebSocket, typeof XMLHttpRequest, typeof Worker, typeof WebAssembly, typeof console].filter((t) => t !== 'undefined')[0]);`,
  ],
  [
    'timers',
    `return found([typeof setTimeout, typeof setInterval, typeof setImmediate].filter((t) => t !== 'undefined')[0]);`,
  ],
  [
    'standard modules of QuickJS',
    `return found([typeof std, typeof os, typeof bjson, typeof print, typeof scriptArgs].filter((t) => t !== 'undefined')[0]);`,
  ],

  // import() in all its forms.
  ['import of a Node module', `return found(await import('node:fs'));`],
  ['import of a QuickJS module', `return found(await import('std'));`],
  ['import of a file', `return found(await import('/etc/passwd'));`],
  ['import of a file URL', `return found(await import('file:///proc/self/environ'));`],
  ['import of a data URL', `return found(await import('data:text/javascript,export default 1'));`],
  ['import from eval', `return found(await (0, eval)("import('node:child_process')"));`],
  [
    'import with attributes',
    `return found(await import('/etc/passwd', { with: { type: 'json' } }));`,
  ],
  ['import.meta', `return found((0, eval)('import.meta'));`],

  // Stack traces lead to functions on the stack (vm2 CVE-2023-29199, -30547).
  [
    'Error.prepareStackTrace',
    `
    let sites; Error.prepareStackTrace = (_e, all) => { sites = all; return ''; };
    new Error().stack; return found(sites?.[0]);`,
  ],
  [
    'Error.prepareStackTrace, defined',
    `
    let sites; try { Object.defineProperty(Error, 'prepareStackTrace', { value: (_e, all) => (sites = all) }); } catch {}
    new Error().stack; return found(sites);`,
  ],
  [
    'Error.prepareStackTrace of a subclass',
    `
    let sites; class E extends Error { static prepareStackTrace(_e, all) { sites = all; } }
    new E().stack; return found(sites);`,
  ],
  [
    'CallSite.getFunction from within the host',
    `
    let sites; const old = Error.prepareStackTrace; Error.prepareStackTrace = (_e, all) => all;
    try { rt.host.log('info', { toJSON() { sites = new Error().stack; } }); } finally { Error.prepareStackTrace = old; }
    return found(Array.isArray(sites) ? sites[0].getFunction() : undefined);`,
  ],
  [
    'a stack that names files of the host',
    `
    try { rt.host.step(1); } catch (e) { return found(/(node:|node_modules|\\/libs\\/|\\/dist\\/|guest-vm)/.test(e.stack) ? e.stack : undefined); }`,
  ],
  [
    'a stack overflow inside the host',
    `
    const f = () => { try { return f(); } catch { return rt.host.value('a:0', 'uuid').constructor.constructor('return process')(); } };
    return found(f());`,
  ],
  [
    'an error of the host',
    `
    try { await rt.host.step('a:0', 'a', 'T', null); } catch (e) { return found(e.constructor.constructor('return process')()); }`,
  ],
  [
    'an out-of-memory error',
    `
    try { new Array(1e9).fill(new Array(1e9)); } catch (e) { return found(e.constructor.constructor('return process')()); }`,
  ],

  // Objects that run code when somebody looks at them.
  [
    'a getter on the input of a step',
    `
    let who; await rt.host.step('a:0', 'a', 'T', { get url() { who = this; return (who.caller = new Error().stack); } });
    return found(who?.process);`,
  ],
  [
    'a proxy as input of a step',
    `
    const seen = []; const spy = new Proxy({}, { get: (_t, k, r) => { seen.push(r); return undefined; }, ownKeys: () => [] });
    await rt.host.step('a:0', 'a', 'T', spy); return found(seen.find((x) => x !== spy && x?.process));`,
  ],
  [
    'toString of a key',
    `
    let got; try { rt.host.step({ toString() { got = this; return 'a:0'; } }, 'a', 'T', null); } catch {} return found(got?.process);`,
  ],
  [
    'Symbol.toPrimitive of a level',
    `
    rt.host.log({ [Symbol.toPrimitive]() { throw { process: 1 }; } }, 'x'); return found(undefined);`,
  ],
  [
    'a thenable as result',
    `return { then(resolve) { resolve(found(resolve.constructor('return process')())); } };`,
  ],
  [
    'a proxy as result',
    `return new Proxy({}, { get(_t, key) { return key === 'toJSON' ? () => found(undefined) : undefined; } });`,
  ],
  [
    'toJSON of the result',
    `return { toJSON() { return found(this.constructor.constructor('return process')()); } };`,
  ],
  [
    'a proxy as error',
    `throw new Proxy(new Error('x'), { get(t, k, r) { return k === 'message' ? String(found(r.process)) : t[k]; } });`,
  ],
  [
    'a proxy around the host',
    `
    const p = new Proxy(rt.host, { get: (t, k) => Reflect.get(t, k, {}) });
    return found(p.step.constructor('return process')());`,
  ],
  [
    'a function of the host with a foreign this',
    `return found(Reflect.apply(rt.host.value, { process: 1 }, ['a:0', 'uuid']).process);`,
  ],
  [
    'arguments.callee.caller',
    `return found((0, eval)('(function f() { return arguments.callee.caller; })')());`,
  ],
  [
    'Function.prototype.caller',
    `function f() { return f.caller; } try { return found(f()); } catch { return 'nothing'; }`,
  ],

  // Promises (vm2 CVE-2023-37466, CVE-2026-22709).
  [
    'Promise species',
    `
    class P extends Promise { static get [Symbol.species]() { return function (executor) { executor((x) => x, (e) => found(e?.process)); }; } }
    const p = rt.host.step('a:0', 'a', 'T', null); Object.setPrototypeOf(p, P.prototype); p.constructor = P;
    return found((await p)?.process);`,
  ],
  [
    'constructor of a host promise',
    `
    const p = rt.host.step('a:0', 'a', 'T', null);
    p.constructor = { [Symbol.species]: function (executor) { executor(() => {}, () => {}); } };
    try { p.then(() => {}); } catch {} return found(p.constructor.constructor('return process')());`,
  ],
  [
    'Promise.prototype.then',
    `
    try { Promise.prototype.then = function (a) { return found(a); }; } catch {}
    return found((await rt.host.step('a:0', 'a', 'T', null))?.process);`,
  ],
  [
    'Promise.prototype.then, defined',
    `
    let got; try { Object.defineProperty(Promise.prototype, 'then', { value(a, b) { got = a; } }); } catch {}
    return found(got);`,
  ],
  [
    'a rejection with something of the host',
    `
    return rt.host.step('a:0', 'a', 'T', null).catch((e) => found(Object.getPrototypeOf(Object.getPrototypeOf(e)).constructor.constructor('return process')()));`,
  ],
  [
    'Array.fromAsync',
    `return found((await Array.fromAsync?.([rt.host.step('a:0', 'a', 'T', null)]))?.[0]?.process);`,
  ],

  // Built-ins replaced under the feet of the border.
  [
    'JSON.stringify',
    `let got; try { JSON.stringify = (x) => { got = x; return 'null'; }; } catch {} rt.host.log('info', {}); return found(got);`,
  ],
  [
    'JSON.parse',
    `let got; try { JSON.parse = (x) => { got = x; }; } catch {} rt.host.value('a:0', 'uuid'); return found(got);`,
  ],
  [
    'Object.prototype.toJSON',
    `try { Object.prototype.toJSON = () => 'poisoned'; } catch {} return found({}.toJSON);`,
  ],
  [
    'Array.prototype[0]',
    `let got; try { Object.defineProperty(Array.prototype, '0', { set(x) { got = x; } }); } catch {} [].push(1); return found(got);`,
  ],
  [
    'Map.prototype.get',
    `let got; try { Map.prototype.get = function () { got = this; }; } catch {} await rt.host.step('a:0', 'a', 'T', null); return found(got);`,
  ],
  [
    'Map.prototype.set',
    `let got; try { Map.prototype.set = function () { got = this; }; } catch {} await rt.host.step('a:0', 'a', 'T', null); return found(got);`,
  ],
  [
    'Object.prototype accessors',
    `
    let got; try { Object.prototype.__defineSetter__('resolve', function (x) { got = x; }); } catch {}
    await rt.host.step('a:0', 'a', 'T', null); return found(got);`,
  ],
  [
    'Symbol.iterator',
    `let got; try { Array.prototype[Symbol.iterator] = function () { got = this; }; } catch {} await rt.host.step('a:0', 'a', 'T', null); return found(got);`,
  ],
  [
    'Reflect.apply',
    `let got; try { Reflect.apply = (...all) => { got = all; }; } catch {} return found(got);`,
  ],
  [
    '__proto__ of the host',
    `try { rt.host.__proto__ = { process: 1 }; } catch {} return found(rt.host.process);`,
  ],
  ['__proto__ in the event', `return found(({}).polluted ?? rt.request.event?.polluted);`],
  [
    'a host function replaced',
    `try { rt.host.step = () => found(1); } catch {} return found(rt.host.step.name === 'step' ? undefined : 1);`,
  ],
  [
    'createRuntime with a host of one’s own',
    `
    const mine = globalThis.createRuntime?.({ step: () => Promise.resolve('mine') }, rt.request);
    return found(mine?.constructor?.constructor?.('return process')());`,
  ],

  // Memory shared with, or read from, the host.
  [
    'shared memory',
    `return found(typeof SharedArrayBuffer === 'undefined' && typeof Atomics === 'undefined' ? undefined : Atomics);`,
  ],
  [
    'weak references',
    `return found([typeof WeakRef, typeof FinalizationRegistry].filter((t) => t !== 'undefined')[0]);`,
  ],
  [
    'a clock to measure with',
    `return found(typeof performance === 'undefined' ? undefined : performance);`,
  ],
  [
    'memory of a fresh buffer',
    `const all = new Uint8Array(new ArrayBuffer(1 << 20)); return found(all.some((b) => b !== 0) ? all : undefined);`,
  ],
  [
    'a detached buffer',
    `
    const b = new ArrayBuffer(64); const v = new Uint8Array(b); try { b.transfer?.(); } catch {} return found(v[0]);`,
  ],
  [
    'reads beyond a typed array',
    `const v = new Uint8Array(8); return found([v[8], v[-1], v[1e9], v.at(-9)].find((x) => x !== undefined));`,
  ],
  [
    'a typed array whose length lies',
    `
    const v = new Uint8Array(8); try { Object.defineProperty(v, 'length', { value: 1e6 }); } catch {}
    return found(Array.prototype.slice.call(v, 8, 16).find((x) => x !== undefined));`,
  ],
  [
    'copyWithin over a shrinking buffer',
    `
    const b = new ArrayBuffer(64, { maxByteLength: 128 }); const v = new Uint8Array(b);
    v.copyWithin({ valueOf() { b.resize(0); return 0; } }, 32); return found(v[0]);`,
  ],
  [
    'sort with a comparison that empties the array',
    `const a = [3, 1, 2]; a.sort(() => { a.length = 0; return 1; }); return found(a.find?.((x) => x?.process));`,
  ],
  [
    'a regular expression whose lastIndex changes under it',
    `
    const r = /a/y; r.lastIndex = { valueOf() { return 1e9; } }; return found(r.exec('aaa')?.process);`,
  ],
];

/** Put before each body. Only what the VM itself cannot have counts. */
export const FOUND = `
  const found = (thing) => (thing === undefined || thing === null ? 'nothing' : 'FOUND ' + typeof thing);
`;
