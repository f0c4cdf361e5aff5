// Runs generated programs in a real QuickJS VM, with a host as the sandbox's ABI describes it. A process of its own because
// quickjs-wasi is an ES module, which Jest cannot load. One JSON request per line in, one answer per line out.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { QuickJS } from 'quickjs-wasi';

const require = createRequire(import.meta.url);
const wasm = await WebAssembly.compile(readFileSync(require.resolve('quickjs-wasi/quickjs.wasm')));
const CPU_LIMIT_MS = 15_000;

/** The guest's side of the door: everything crosses as JSON text. */
const HOST = `
  globalThis.testHost = {
    step: (key, nodeId, type, input) =>
      hostStep(key, nodeId, type, JSON.stringify(input)).then((text) => {
        const answer = JSON.parse(text);
        if (answer.ok) return answer.output;
        const error = new Error(answer.error.message);
        Object.defineProperty(error, 'name', { value: answer.error.type });
        if (answer.error.code !== undefined) error.code = answer.error.code;
        throw error;
      }),
    value: (key, kind) => JSON.parse(hostValue(key, kind)),
    compute: (kind, input) => JSON.parse(hostCompute(kind, JSON.stringify(input))),
    log: (level, message, nodeId) => hostLog(level, message, nodeId),
    fired: (key, nodeId, type, output, inputs) =>
      hostFired(key, nodeId, type, JSON.stringify(output ?? null), JSON.stringify(inputs ?? null)),
    firedOmitted: (count) => hostFiredOmitted(count),
  };
`;

/** What the sandbox does after the prelude: nothing that programs share can be changed, but errors can be named. */
const FREEZE = `
  (() => {
    for (const { prototype } of [Error, EvalError, RangeError, SyntaxError, TypeError, URIError]) {
      for (const key of ['name', 'message']) {
        const { value } = Object.getOwnPropertyDescriptor(prototype, key);
        const set = function (next) {
          Object.defineProperty(this, key, { value: next, writable: true, configurable: true });
        };
        Object.defineProperty(prototype, key, { get: () => value, set, configurable: false });
      }
    }
    const seen = new Set();
    const pending = [globalThis];
    while (pending.length > 0) {
      const value = pending.pop();
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
      if (seen.has(value)) continue;
      seen.add(value);
      Object.freeze(value);
      pending.push(Object.getPrototypeOf(value));
      for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) {
        pending.push(descriptor.value, descriptor.get, descriptor.set);
      }
    }
  })();
`;

/** Results as text, errors with what the end of a run says about them. */
const START = `
  globalThis.startProgram = (program, request) =>
    program(createRuntime(testHost, JSON.parse(request))).then(
      (output) => JSON.stringify({ status: 'completed', output }),
      (error) =>
        JSON.stringify({
          status: 'failed',
          error: {
            type: String(error.name),
            message: String(error.message),
            nodeId: error.nodeId,
            code: error.code,
          },
        }),
    );
`;

const HOST_FUNCTIONS = [
  'hostStep',
  'hostValue',
  'hostCompute',
  'hostLog',
  'hostFired',
  'hostFiredOmitted',
];
const worlds = new Map();

/** The memory of a VM that has loaded the prelude: a fresh VM for each run, at a fraction of the time. */
async function worldOf(prelude) {
  const known = worlds.get(prelude);
  if (known !== undefined) return known;
  const vm = await QuickJS.create({ wasm });
  for (const name of HOST_FUNCTIONS) {
    vm.setProp(
      vm.global,
      name,
      vm.newFunction(name, () => vm.undefined),
    );
  }
  for (const text of [HOST, prelude, START, FREEZE]) vm.evalCode(text).dispose();
  const world = vm.snapshot();
  vm.dispose();
  worlds.set(prelude, world);
  return world;
}

async function run({ prelude, code, request, answers, values, stackSize }) {
  const record = { steps: [], values: [], logs: [], fired: [], firedOmitted: 0 };
  const deadline = Date.now() + CPU_LIMIT_MS;
  const vm = await QuickJS.restore(await worldOf(prelude), {
    wasm,
    memoryLimit: 64 << 20,
    maxStackSize: stackSize ?? 256 << 10,
    interruptHandler: () => Date.now() > deadline,
  });
  try {
    const suspended = connectHost(vm, record, answers ?? {}, values ?? {});
    const start = vm.global.getProp('startProgram');
    const program = vm.evalCode(code);
    const requestText = vm.newString(JSON.stringify(request));
    const promise = vm.callFunction(start, vm.undefined, program, requestText);
    vm.executePendingJobs();
    const ended = await Promise.race([vm.resolvePromise(promise), suspended]);
    if (ended === 'suspended') return { status: 'suspended', ...record };
    if ('error' in ended) throw new Error(ended.error.toString());
    return { ...JSON.parse(ended.value.toString()), ...record };
  } finally {
    vm.dispose();
  }
}

/** Gives what resolves when a step is never going to be answered. */
function connectHost(vm, record, answers, values) {
  const connect = (name, call) => vm.registerHostCallback(name, call);
  connect('hostValue', (key, kind) => {
    const name = key.toString();
    const n = record.values.length;
    const made = { now: 1_700_000_000_000 + n, random: 0.25, uuid: `uuid-${n}` }[kind.toString()];
    const value = values[name] ?? made;
    record.values.push({ key: name, kind: kind.toString(), value });
    return vm.newString(JSON.stringify(value));
  });
  connect('hostCompute', (kind, input) => {
    const { text, key, algorithm, encoding } = JSON.parse(input.toString());
    const results = {
      hash: () => createHash(algorithm).update(text).digest(encoding),
      hmac: () => createHmac(algorithm, key).update(text).digest(encoding),
      'zone-offset': () => 330, // the sandbox's own tests look at time zones
    };
    return vm.newString(JSON.stringify(results[kind.toString()]()));
  });
  connect('hostLog', (level, message, nodeId) => {
    const line = { level: level.toString(), message: message.toString() };
    record.logs.push({ ...line, nodeId: nodeId.toString() });
    return vm.undefined;
  });
  connect('hostFired', (key, nodeId, type, output, inputs) => {
    record.fired.push({
      key: key.toString(),
      nodeId: nodeId.toString(),
      type: type.toString(),
      output: JSON.parse(output.toString()),
      inputs: JSON.parse(inputs.toString()),
    });
    return vm.undefined;
  });
  connect('hostFiredOmitted', (count) => {
    record.firedOmitted += count.toNumber();
    return vm.undefined;
  });
  return new Promise((resolve) => {
    connect('hostStep', (key, nodeId, type, input) => {
      const step = { key: key.toString(), nodeId: nodeId.toString(), type: type.toString() };
      record.steps.push({ ...step, input: JSON.parse(input.toString()) });
      const answer = answers[step.key] ?? answers[step.nodeId] ?? { ok: true, output: null };
      const deferred = vm.newPromise();
      if (answer === 'suspend') resolve('suspended');
      else {
        setImmediate(() => {
          deferred.resolve(vm.newString(JSON.stringify(answer)));
          vm.executePendingJobs();
        });
      }
      return deferred.handle;
    });
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...request } = JSON.parse(line);
  const answer = await run(request).catch((error) => ({ status: 'broken', error: String(error) }));
  process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`);
}
