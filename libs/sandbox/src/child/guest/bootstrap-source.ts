/**
 * Guest source: the border inside the VM. Evaluates to a function that takes the hardening functions and the
 * host's functions (strings and numbers in, strings and numbers out, known to nobody else) and returns what
 * the host calls: `seal` once the prelude is loaded, `install` with the program, `start` and `resume` in a run.
 *
 * Whatever a program keeps of its `host` object is dead when its run is over.
 */
export const BOOTSTRAP_SOURCE = `(function (harden, door) {
  'use strict';
  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const { isArray } = Array;
  const { freeze } = Object;
  const imul = Math.imul;
  const MAX_FIRED = 200;
  const MAX_NOTE_CHARS = 4096;
  const MAX_LOG_CHARS = 16384;

  let createRuntime;
  let program;
  let current;
  let a = 1, b = 2, c = 3, d = 4;

  const generator = {
    random() {
      const t = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + t | 0;
      return (t >>> 0) / 4294967296;
    },
  };
  harden.prepare(generator.random);

  function seal() {
    createRuntime = globalThis.createRuntime;
    if (typeof createRuntime !== 'function') throw new TypeError('the prelude does not provide createRuntime');
    harden.freezeWorld();
    // What all runtimes share hangs on no global, but programs can reach it through a runtime of their own making.
    const limits = { maxLogLines: 0, maxLogBytes: 0, maxSteps: 0 };
    const sample = createRuntime(hostOf({ live: false }), { trigger: { nodeId: '' }, event: null, traced: false, limits });
    if (typeof sample === 'object' && sample !== null) harden.freezeDeep(Object.getPrototypeOf(sample));
  }

  function install(candidate) {
    if (typeof candidate !== 'function') throw new TypeError('the program is not a function');
    harden.freezeDeep(candidate);
    program = candidate;
  }

  function start(requestText, s0, s1, s2, s3) {
    a = s0; b = s1; c = s2; d = s3;
    const run = { live: true, fired: 0, pending: new Map() };
    current = run;
    apply(then, execute(run, requestText), [
      (output) => finish(run, output),
      (error) => fail(run, error),
    ]);
  }

  async function execute(run, requestText) {
    return await program(createRuntime(hostOf(run), parse(requestText)));
  }

  function resume(id, ok, text) {
    const run = current;
    const step = run === undefined ? undefined : run.pending.get(id);
    if (step === undefined) return;
    run.pending.delete(id);
    if (ok) step.resolve(parse(text));
    else step.reject(errorOf(parse(text)));
  }

  function errorOf(plain) {
    const error = new Error(plain.message);
    error.name = plain.type;
    if (plain.code !== undefined) error.code = plain.code;
    return error;
  }

  function finish(run, output) {
    if (!run.live) return;
    let text;
    try {
      text = stringify(output);
      if (text === undefined) text = 'null';
    } catch (error) {
      fail(run, error);
      return;
    }
    close(run);
    door.done(text);
  }

  function fail(run, error) {
    if (!run.live) return;
    let text = '';
    try {
      text = stringify(describe(error));
    } catch {
      // Only want of memory leads here; the host knows what an empty text means.
    }
    close(run);
    door.failed(text);
  }

  function close(run) {
    run.live = false;
    run.pending = undefined;
    current = undefined;
  }

  function describe(error) {
    const told = { type: 'Error', message: 'the error could not be read' };
    try {
      if ((typeof error !== 'object' && typeof error !== 'function') || error === null) {
        told.message = clip(String(error), 8192);
        return told;
      }
      const { name, message, nodeId, code } = error;
      if (typeof name === 'string' && name !== '') told.type = clip(name, 100);
      told.message = typeof message === 'string' ? clip(message, 8192) : 'something that is not an error was thrown';
      if (typeof nodeId === 'string') told.nodeId = clip(nodeId, 200);
      if (typeof code === 'string') told.code = clip(code, 100);
    } catch {
      // A getter or proxy that throws: what was read so far must do.
    }
    return told;
  }

  function clip(text, length) {
    return text.length > length ? text.slice(0, length) : text;
  }

  function textOf(value) {
    if (typeof value === 'string') return value;
    const text = stringify(value);
    return text === undefined ? String(value) : text;
  }

  function mustBeText(value, name) {
    if (typeof value !== 'string') throw new TypeError(name + ' must be a string');
  }

  /** What is left of a budget of characters after the JSON of a value, roughly; negative when it is used up. */
  function measure(value, left) {
    if (typeof value === 'string') return left - value.length - 2;
    if (typeof value !== 'object' || value === null) return left - 4;
    if (isArray(value)) {
      for (let i = 0; i < value.length && left >= 0; i++) left = measure(value[i], left - 1);
      return left;
    }
    for (const key in value) {
      if (left < 0) break;
      left = measure(value[key], left - key.length - 4);
    }
    return left;
  }

  function noteText(value) {
    if (value === undefined) return '';
    try {
      if (measure(value, MAX_NOTE_CHARS) < 0) return '';
      const text = stringify(value);
      return text === undefined || text.length > MAX_NOTE_CHARS ? '' : text;
    } catch {
      return ''; // cyclic, too deep, or a getter that throws: the note goes without its output
    }
  }

  function hostOf(run) {
    return freeze({
      step(key, nodeId, nodeType, input) {
        if (!run.live) return new Promise(() => {});
        mustBeText(key, 'key');
        mustBeText(nodeId, 'nodeId');
        mustBeText(nodeType, 'nodeType');
        const text = stringify(input);
        const answer = door.step(key, nodeId, nodeType, text === undefined ? 'null' : text);
        return new Promise((resolve, reject) => {
          if (typeof answer === 'number') run.pending.set(answer, { resolve, reject });
          else if (answer[0] === '+') resolve(parse(answer.slice(1)));
          else reject(errorOf(parse(answer.slice(1))));
        });
      },
      value(key, kind) {
        if (!run.live) throw new Error('the run is over');
        mustBeText(key, 'key');
        mustBeText(kind, 'kind');
        return parse(door.value(key, kind));
      },
      compute(kind, input) {
        if (!run.live) throw new Error('the run is over');
        mustBeText(kind, 'kind');
        const text = stringify(input);
        const answer = door.compute(kind, text === undefined ? 'null' : text);
        if (answer[0] === '+') return parse(answer.slice(1));
        throw errorOf(parse(answer.slice(1)));
      },
      log(level, message, nodeId) {
        if (!run.live) return;
        door.log(textOf(level), clip(textOf(message), MAX_LOG_CHARS), typeof nodeId === 'string' ? nodeId : '');
      },
      fired(key, nodeId, nodeType, output, inputs) {
        if (!run.live) return;
        mustBeText(key, 'key');
        mustBeText(nodeId, 'nodeId');
        mustBeText(nodeType, 'nodeType');
        run.fired += 1;
        const isTold = run.fired <= MAX_FIRED;
        door.fired(key, nodeId, nodeType, isTold ? noteText(output) : '', isTold ? noteText(inputs) : '');
      },
      firedOmitted(count) {
        if (run.live && typeof count === 'number') door.firedOmitted(count);
      },
    });
  }

  return { seal, install, start, resume };
})`;
