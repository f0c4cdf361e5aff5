import type { Json } from '@runnel/definitions';
import type { Chain, Flow, GuestError, GuestLibrary, GuestRuntime } from './guest-types';

/** Adds control flow (B.4) to the runs. Runs inside the VM. */
export function installFlow(lib: GuestLibrary): void {
  const MAX_NESTING = 256;
  /** Every so many levels the chain goes on in a job of its own, so that the native stack starts anew. */
  const FRESH_STACK_EVERY = 8;
  const methods = lib.methods;

  /**
   * Runs a chain to its end: each node's function gives the next, so a chain that leads back to itself is a loop here and
   * no recursion. Gives a promise only if a node had to wait.
   */
  methods.run = function (first) {
    if (this.depth >= MAX_NESTING) {
      throw lib.error('RangeError', `Chains nested deeper than ${MAX_NESTING} levels`, '');
    }
    this.depth += 1;
    if (this.depth % FRESH_STACK_EVERY === 0) return finish(this, Promise.resolve(first));
    let isHandedOver = false;
    try {
      let next = first;
      while (typeof next === 'function') {
        const result: Flow | Promise<Flow> = next();
        if (lib.isPromise(result)) {
          isHandedOver = true;
          return finish(this, result);
        }
        next = result;
      }
      return next;
    } finally {
      if (!isHandedOver) this.depth -= 1;
    }
  };

  async function finish(rt: GuestRuntime, pending: Promise<Flow>): Promise<Flow> {
    try {
      let next = await pending;
      while (typeof next === 'function') {
        const result = next();
        next = lib.isPromise(result) ? await result : result;
      }
      return next;
    } finally {
      rt.depth -= 1;
    }
  }

  /** Each chain runs to its end; the last one is given back, so that it costs no level of nesting. */
  methods.inOrder = function (chains) {
    for (let i = 0; i < chains.length - 1; i += 1) {
      const signal = this.run(chains[i]);
      if (lib.isPromise(signal)) return inOrderAfter(this, signal, chains, i + 1);
      if (signal !== undefined) return signal;
    }
    return chains[chains.length - 1];
  };

  async function inOrderAfter(
    rt: GuestRuntime,
    pending: Promise<Flow>,
    chains: readonly Chain[],
    from: number,
  ): Promise<Flow> {
    let signal = await pending;
    for (let i = from; signal === undefined && i < chains.length - 1; i += 1) {
      const flow = rt.run(chains[i]);
      signal = lib.isPromise(flow) ? await flow : flow;
    }
    return signal ?? chains[chains.length - 1];
  }

  methods.each = async function (nodeId, items, body) {
    const list = items as readonly Json[] | null;
    for (let index = 0; list !== null && index < list.length; index += 1) {
      this.outputs.set(nodeId, { item: list[index] ?? null, index });
      const isLeft = turn(this, body);
      if (lib.isPromise(isLeft) ? await isLeft : isLeft) return;
    }
  };

  methods.range = async function (nodeId, start, end, step, body) {
    if (step === 0) throw lib.error('RangeError', 'Step must not be 0', nodeId, 'ZERO_STEP');
    for (let index = start; step > 0 ? index < end : index > end; index += step) {
      this.outputs.set(nodeId, { index });
      const isLeft = turn(this, body);
      if (lib.isPromise(isLeft) ? await isLeft : isLeft) return;
    }
  };

  methods.while = async function (condition, body) {
    for (;;) {
      const goesOn = condition();
      if (!(lib.isPromise(goesOn) ? await goesOn : goesOn)) return;
      const isLeft = turn(this, body);
      if (lib.isPromise(isLeft) ? await isLeft : isLeft) return;
    }
  };

  /** True when the loop is left. */
  function turn(rt: GuestRuntime, body: Flow): boolean | Promise<boolean> {
    const signal = rt.run(body);
    return lib.isPromise(signal) ? signal.then(isBreak) : isBreak(signal);
  }

  function isBreak(signal: Flow): boolean {
    return signal === 'break';
  }

  methods.attempt = async function (nodeId, body, handler, cleanup) {
    let signal: Flow;
    let failure: { readonly error: unknown } | null = null;
    try {
      signal = await this.run(body);
    } catch (thrown) {
      if (isLimit(thrown)) throw thrown;
      const error = lib.asError(thrown, nodeId);
      this.outputs.set(nodeId, { error: { message: error.message, type: error.name } });
      try {
        signal = await this.run(handler);
      } catch (again) {
        failure = { error: again };
      }
    }
    if (failure === null && signal === undefined) return cleanup;
    if (failure !== null && isLimit(failure.error)) throw failure.error;
    const override = await this.run(cleanup);
    if (override !== undefined) return override;
    if (failure !== null) throw failure.error;
    return signal;
  };

  /** The limits of the run end it: what the engine raises when memory is used up, and the limit of steps. */
  function isLimit(thrown: unknown): boolean {
    if (!(thrown instanceof Error)) return false;
    return thrown.name === 'InternalError' || (thrown as GuestError).code === 'STEP_LIMIT';
  }

  methods.choose = function (value, cases) {
    return cases.findIndex((expected) => {
      const type = lib.typeName(expected);
      if (type === 'null') return value === null;
      const target = type === 'string' || type === 'boolean' ? type : 'float';
      try {
        return lib.coerce(target, value, '', '') === expected;
      } catch {
        return false;
      }
    });
  };

  methods.main = async function (entries: ReadonlyMap<string, Chain>) {
    const nodeId = this.request.trigger.nodeId;
    // A test run is of the pattern as such: it begins at the first trigger.
    const entry = nodeId === '' ? [...entries.values()][0] : entries.get(nodeId);
    if (entry === undefined) {
      throw lib.error('Error', `Node ${nodeId} is no trigger`, nodeId, 'UNKNOWN_TRIGGER');
    }
    try {
      await this.run(entry);
      return this.output;
    } finally {
      this.tellOmitted();
    }
  };
}
