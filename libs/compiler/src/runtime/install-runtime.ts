import type { Json, JsonObject, PinType } from '@runnel/definitions';
import type { GuestLibrary, GuestRuntime } from './guest-types';

/** Adds what generated code calls for values, effects and notes. Runs inside the VM. */
export function installRuntime(lib: GuestLibrary): void {
  const methods = lib.methods;
  const MAX_FIRED = 200;

  methods.key = function (nodeId) {
    const firing = this.firings.get(nodeId) ?? 0;
    this.firings.set(nodeId, firing + 1);
    return `${nodeId}:${firing}`;
  };

  methods.countEffect = function (nodeId) {
    const limit = this.request.limits?.maxSteps ?? 100000;
    this.effects += 1;
    if (this.effects <= limit) return;
    throw lib.error('LimitError', `The run has more than ${limit} steps`, nodeId, 'STEP_LIMIT');
  };

  methods.note = function (key, nodeId, type, output, inputs) {
    const { host } = this;
    this.firedCount += 1;
    if (this.firedCount > MAX_FIRED && host.firedOmitted !== undefined) this.firedMore += 1;
    else if (this.traced) host.fired(key, nodeId, type, output, inputs);
    else host.fired(key, nodeId, type, output);
  };

  methods.tellOmitted = function () {
    if (this.firedMore === 0) return;
    this.host.firedOmitted?.(this.firedMore);
    this.firedMore = 0;
  };

  methods.keepOutputs = function (nodeId, type, outputs) {
    if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) return;
    this.outputs.set(nodeId, outputs as JsonObject);
    if (!this.outputIsFinal && Object.keys(outputs).length > 0) this.output = outputs;
  };

  methods.trace = function () {
    this.traced = true;
  };

  methods.to = function (type, value, nodeId, pin) {
    return lib.coerce(type, value, nodeId, pin);
  };

  methods.oneOf = function (allowed, value, nodeId, pin) {
    const text = lib.text(value);
    if (allowed.includes(text)) return text;
    const message = `Input pin '${pin}' of ${nodeId} expects one of ${allowed.join(', ')} but got ${lib.typeName(value)} ${JSON.stringify(text.slice(0, 40))}`;
    throw lib.error('TypeError', message, nodeId, 'COERCION_FAILED');
  };

  methods.out = function (nodeId, pin) {
    const outputs = this.outputs.get(nodeId);
    if (outputs !== undefined) return lib.own(outputs, pin) ?? null;
    if (!this.warned.has(nodeId)) {
      this.warned.add(nodeId);
      this.log('warn', `Output '${pin}' is read before the node has run; it is null`, nodeId);
    }
    return null;
  };

  methods.pin = function (outputs, pin) {
    return lib.own(outputs, pin) ?? null;
  };

  methods.keep = function (pull, nodeId, value) {
    pull.set(nodeId, value);
    return value;
  };

  methods.pure = function (nodeId, type, inputs) {
    const evaluate = lib.nodes[type]?.evaluate;
    if (evaluate === undefined) throw lib.error('Error', `No node type '${type}'`, nodeId);
    return evaluate(inputs, this, nodeId);
  };

  methods.start = function (nodeId, type) {
    const { event } = this.request;
    let outputs: JsonObject = { eventData: event };
    if (type === 'OnWebhook') outputs = requestOf(event);
    if (type === 'OnSchedule') {
      // A manual run need not bring a time.
      const given = lib.own(event, 'timestamp') ?? null;
      outputs = { timestamp: given ?? new Date(this.value(nodeId, 'now')).toISOString() };
    }
    this.outputs.set(nodeId, outputs);
    this.note(this.key(nodeId), nodeId, type, outputs, null);
  };

  /** The event as an HTTP request; a manual run may give any object, which is then the body (C.4). */
  function requestOf(event: Json): JsonObject {
    const names = ['body', 'headers', 'query', 'method'];
    const isRequest = names.some((name) => lib.own(event, name) !== undefined);
    if (!isRequest) return { body: event, headers: {}, query: {}, method: 'POST', url: '' };
    return {
      body: lib.own(event, 'body') ?? null,
      headers: lib.own(event, 'headers') ?? {},
      query: lib.own(event, 'query') ?? {},
      method: lib.own(event, 'method') ?? 'POST',
      url: lib.own(event, 'url') ?? '',
    };
  }

  methods.fired = function (nodeId, type, outputs = null, inputs) {
    if (outputs !== null) this.outputs.set(nodeId, outputs);
    this.note(this.key(nodeId), nodeId, type, outputs, inputs ?? null);
  };

  methods.act = function (nodeId, type, inputs) {
    const outputs = lib.nodes[type]?.perform?.(inputs, this, nodeId) ?? null;
    this.note(this.key(nodeId), nodeId, type, outputs, inputs);
    this.keepOutputs(nodeId, type, outputs);
  };

  methods.step = async function (nodeId, type, inputs) {
    const node = lib.nodes[type];
    const input = node?.prepare === undefined ? inputs : node.prepare(inputs, this, nodeId);
    if (input === null) return;
    this.countEffect(nodeId);
    this.tellOmitted();
    const key = this.key(nodeId);
    let answer: Json;
    try {
      answer = await this.host.step(key, nodeId, type, input);
    } catch (thrown) {
      throw lib.asError(thrown, nodeId);
    }
    const outputs = {};
    for (const name of node?.outputs ?? []) lib.put(outputs, name, lib.own(answer, name) ?? null);
    this.keepOutputs(nodeId, type, outputs);
  };

  methods.value = function (nodeId: string, kind: 'now' | 'random' | 'uuid') {
    this.countEffect(nodeId);
    return this.host.value(this.key(nodeId), kind) as never;
  };

  methods.log = function (level, message, nodeId) {
    this.host.log(level, message, nodeId);
  };

  methods.error = lib.error;
  methods.equal = lib.equal;
  methods.readPath = lib.readPath;
  methods.writePath = lib.writePath;
  methods.text = lib.text;
  methods.bounded = lib.bounded;
  methods.finite = lib.finite;
  methods.round = lib.round;
  methods.roomFor = lib.roomFor;
  methods.typeName = lib.typeName;
  methods.compare = lib.compare;
  methods.identity = lib.identity;
  methods.regex = lib.regex;
  methods.query = lib.query;
  methods.percentEncode = lib.percentEncode;
  methods.percentDecode = lib.percentDecode;
  methods.base64Encode = lib.base64Encode;
  methods.base64Decode = lib.base64Decode;
  methods.parseCsv = lib.parseCsv;
  methods.stringifyCsv = lib.stringifyCsv;
  methods.parseXml = lib.parseXml;
  methods.parseYaml = lib.parseYaml;
  methods.parseDate = lib.parseDate;

  methods.convert = function (type, value, nodeId, pin) {
    return lib.coerce(type, value, nodeId, pin) as never;
  };

  methods.expression = function (text, nodeId) {
    const program = lib.parseExpression(text, nodeId);
    return (names) => lib.evaluateExpression(program, names, this, nodeId);
  };

  methods.compute = function (kind, input, nodeId) {
    try {
      return this.host.compute(kind, input);
    } catch (thrown) {
      throw lib.asError(thrown, nodeId);
    }
  };

  methods.formatDate = function (value, format, timezone, nodeId) {
    const time = Date.parse(value);
    const isUtc = timezone === 'UTC' || timezone === '';
    const zone = { zone: timezone, time };
    const offset = isUtc ? 0 : this.compute('zone-offset', zone, nodeId);
    return lib.formatDate(time, format, offset as number, isUtc);
  };

  methods.format = function (template, values, nodeId) {
    return lib.format(template, values, nodeId, (message) => this.log('warn', message, nodeId));
  };

  methods.respondWith = function (value) {
    this.output = value;
    this.outputIsFinal = true;
  };

  methods.firstResponse = function () {
    const isFirst = !this.responded;
    this.responded = true;
    return isFirst;
  };
}

/** Adds variables (B.5) to the runs. Runs inside the VM. */
export function installVariables(lib: GuestLibrary): void {
  const methods = lib.methods;

  methods.declare = function (variables: readonly (readonly [string, PinType, Json])[]) {
    for (const [name, type, initial] of variables) {
      const given = lib.own(this.request.variables ?? null, name);
      const value = given === undefined ? initial : lib.coerce(type, given, '', name);
      this.variables.set(name, { type, value });
    }
  };

  methods.readVariable = function (name, nodeId) {
    return find(this, name, nodeId).value;
  };

  methods.writeVariable = function (name, value, nodeId) {
    const variable = find(this, name, nodeId);
    variable.value = lib.coerce(variable.type, value, nodeId, 'value');
  };

  function find(rt: GuestRuntime, name: string, nodeId: string) {
    const variable = rt.variables.get(name);
    if (variable !== undefined) return variable;
    const message = `Unknown variable '${name.slice(0, 100)}'`;
    throw lib.error('ReferenceError', message, nodeId, 'UNKNOWN_VARIABLE');
  }
}

/** Makes the global `createRuntime(host, request)`, the only name the prelude leaves behind. Runs inside the VM. */
export function installCreateRuntime(lib: GuestLibrary): void {
  const createRuntime = (host: GuestRuntime['host'], request: GuestRuntime['request']) => {
    const state: Partial<GuestRuntime> = {
      host,
      request,
      outputs: new Map(),
      variables: new Map(),
      firings: new Map(),
      warned: new Set(),
      output: null,
      responded: false,
      outputIsFinal: false,
      traced: request.traced === true,
      depth: 0,
      effects: 0,
      firedCount: 0,
      firedMore: 0,
    };
    return Object.setPrototypeOf(state, lib.methods) as GuestRuntime;
  };
  Object.defineProperty(globalThis, 'createRuntime', { value: createRuntime });
}
