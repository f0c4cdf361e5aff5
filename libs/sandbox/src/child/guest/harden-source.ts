/**
 * Guest source: makes the VM's world fit for untrusted programs. Evaluates to `{ prepare, freeze, freezeDeep }`.
 *
 * `prepare`, before the prelude: takes away what is nondeterministic, or leads from an error to the functions
 * on the stack (CallSite.getFunction), or remembers something from one run to the next.
 * `freeze`, after the prelude: everything reachable becomes immutable. A few properties that programs
 * habitually override by assignment (`error.name = …`, `Child.prototype.constructor = …`) become accessors
 * that define the property on the receiver instead; frozen data properties would make the assignment fail.
 */
export const HARDEN_SOURCE = `(function () {
  'use strict';
  const { getOwnPropertyDescriptor, getPrototypeOf, defineProperty, freeze, isFrozen } = Object;
  const { ownKeys } = Reflect;

  function prepare(random) {
    delete Error.prepareStackTrace;
    delete Error.stackTraceLimit;
    delete globalThis.SharedArrayBuffer;
    delete globalThis.WeakRef;
    delete globalThis.FinalizationRegistry;
    delete globalThis.performance;
    defineProperty(Math, 'random', { value: random, writable: true, enumerable: false, configurable: true });
  }

  function overridable(object, keys) {
    for (const key of keys) {
      const property = getOwnPropertyDescriptor(object, key);
      if (property === undefined || !('value' in property) || !property.configurable) continue;
      const { value, enumerable } = property;
      const accessor = {
        get() { return value; },
        set(next) {
          if (this === object || (typeof this !== 'object' && typeof this !== 'function') || this === null) {
            throw new TypeError("'" + String(key) + "' is read-only");
          }
          defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
        },
      };
      defineProperty(object, key, { get: accessor.get, set: accessor.set, enumerable, configurable: false });
    }
  }

  function hiddenIntrinsics() {
    const async = async function () {};
    const generator = function* () {};
    const asyncGenerator = async function* () {};
    const thrower = getOwnPropertyDescriptor((function () { return arguments; })(), 'callee').get;
    const iterators = [
      [][Symbol.iterator](),
      ''[Symbol.iterator](),
      new Map()[Symbol.iterator](),
      new Set()[Symbol.iterator](),
      'a'.matchAll(/a/g),
      generator(),
      asyncGenerator(),
    ];
    if (typeof Iterator === 'function') {
      iterators.push(Iterator.from({ next() {} }));
      if (Iterator.prototype.map) iterators.push([].values().map((x) => x));
    }
    return [async, generator, asyncGenerator, thrower, getPrototypeOf(Int8Array), ...iterators];
  }

  function freezeDeep(...roots) {
    const seen = new Set();
    const open = [];
    const visit = (value) => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
      seen.add(value);
      open.push(value);
    };
    for (const root of roots) visit(root);
    while (open.length > 0) {
      const object = open.pop();
      visit(getPrototypeOf(object));
      for (const key of ownKeys(object)) {
        const property = getOwnPropertyDescriptor(object, key);
        visit(property.value);
        visit(property.get);
        visit(property.set);
      }
      if (!isFrozen(object)) freeze(object);
    }
  }

  const HABITS = ['constructor', 'toString'];

  function freezeWorld() {
    overridable(Object.prototype, [...HABITS, 'toLocaleString', 'valueOf', 'hasOwnProperty']);
    for (const { prototype } of [Array, Function, Date, RegExp, Promise, Map, Set]) overridable(prototype, HABITS);
    for (const type of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]) {
      overridable(type.prototype, [...HABITS, 'name', 'message']);
    }
    freezeDeep(globalThis, ...hiddenIntrinsics());
  }

  return { prepare, freezeWorld, freezeDeep };
})()`;
