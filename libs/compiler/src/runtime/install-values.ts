import type { Json } from '@runnel/definitions';
import type { GuestError, GuestLibrary } from './guest-types';

/** Adds errors, copies, comparison and bounds to the library. Runs inside the VM. */
export function installValues(lib: GuestLibrary): void {
  const MAX_STRING = 16777216;
  const MAX_ITEMS = 1000000;
  const MAX_MESSAGE = 8192;
  const MAX_EQUAL_DEPTH = 100;

  lib.isPromise = (value): value is never => {
    if (typeof value !== 'object' || value === null) return false;
    return typeof (value as { then?: unknown }).then === 'function';
  };

  lib.put = (target, key, value) => {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };

  lib.clone = (value) => {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as Json);
  };

  lib.typeName = (value) => {
    if (value === null || value === undefined) return 'null';
    if (Array.isArray(value)) return 'array';
    if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
    return typeof value;
  };

  lib.error = (type, message, nodeId, code) => {
    const error = new Error(message.slice(0, MAX_MESSAGE)) as GuestError;
    lib.put(error, 'name', type.slice(0, 128));
    if (nodeId !== '') lib.put(error, 'nodeId', nodeId);
    if (code !== undefined) lib.put(error, 'code', code);
    return error;
  };

  /** User code may throw anything, proxies and getters that throw included. */
  lib.asError = (thrown, nodeId) => {
    try {
      if (!(thrown instanceof Error)) return lib.error('Error', describe(thrown), nodeId);
      const known = thrown as GuestError;
      const code = typeof known.code === 'string' ? known.code : undefined;
      const owner = typeof known.nodeId === 'string' && known.nodeId !== '' ? known.nodeId : nodeId;
      return lib.error(String(known.name), String(known.message), owner, code);
    } catch {
      return lib.error('Error', 'A value that cannot be read was thrown', nodeId);
    }
  };

  function describe(thrown: unknown): string {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? 'undefined');
  }

  lib.equal = (a, b) => equalWithin(a, b, MAX_EQUAL_DEPTH);

  function equalWithin(a: Json, b: Json, depth: number): boolean {
    if (a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    if (depth === 0) {
      throw lib.error('RangeError', `Values nested deeper than ${MAX_EQUAL_DEPTH} levels`, '');
    }
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => {
      if (!Object.hasOwn(b, key)) return false;
      return equalWithin(at(a, key), at(b, key), depth - 1);
    });
  }

  function at(value: Json, key: string): Json {
    return (value as { [key: string]: Json })[key] ?? null;
  }

  lib.bounded = (value, nodeId) => {
    const isText = typeof value === 'string';
    if (value.length <= (isText ? MAX_STRING : MAX_ITEMS)) return value;
    const limit = isText ? `${MAX_STRING} characters` : `${MAX_ITEMS} items`;
    throw lib.error('RangeError', `A value may have at most ${limit}`, nodeId, 'VALUE_LIMIT');
  };

  lib.roomFor = (length, nodeId) => {
    if (length <= MAX_STRING) return;
    const message = `A value may have at most ${MAX_STRING} characters`;
    throw lib.error('RangeError', message, nodeId, 'VALUE_LIMIT');
  };

  lib.finite = (value, nodeId) => {
    if (Number.isFinite(value)) return value;
    const message = 'The result is not a finite number';
    throw lib.error('RangeError', message, nodeId, 'NOT_FINITE');
  };

  lib.compare = (a, b) => {
    const ranks = rankOf(a) - rankOf(b);
    if (ranks !== 0) return ranks;
    if (a === b || typeof a === 'object' || typeof b === 'object') return 0;
    return a < b ? -1 : 1;
  };

  function rankOf(value: Json): number {
    if (value === null) return 0;
    const rank = ['boolean', 'number', 'string'].indexOf(typeof value);
    return rank < 0 ? 4 : rank + 1;
  }

  /** JSON with the keys of objects in order. */
  lib.identity = (value) =>
    JSON.stringify(value, (_key, inner: Json) => {
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
      const entries = Object.entries(inner);
      return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    });

  lib.round = (value, decimals, nodeId) => {
    if (decimals < -300 || decimals > 100) {
      const message = `Decimals must be between -300 and 100 but are ${decimals}`;
      throw lib.error('RangeError', message, nodeId, 'OUT_OF_RANGE');
    }
    const size = Math.abs(value);
    const scaled = shifted(size, decimals);
    // A number too large to be scaled has no digits there to round.
    const rounded = Number.isFinite(scaled) ? shifted(Math.round(scaled), -decimals) : size;
    return lib.finite(value < 0 && rounded !== 0 ? -rounded : rounded, nodeId);
  };

  /** The number with its decimal point moved: exact, where a multiplication by a power of ten is not. */
  function shifted(number: number, by: number): number {
    const [digits = '', exponent = '0'] = String(number).split('e');
    return Number(`${digits}e${Number(exponent) + by}`);
  }
}
