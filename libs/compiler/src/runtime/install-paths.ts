import type { Json } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/** Adds property access to the library: own enumerable data only, by dot path (B.6). Runs inside the VM. */
export function installPaths(lib: GuestLibrary): void {
  const MAX_PATH = 1024;
  const MAX_INDEX = 1000000;

  lib.isForbidden = (key) => key === '__proto__' || key === 'constructor' || key === 'prototype';

  lib.own = (value, key) => {
    if (typeof value !== 'object' || value === null || lib.isForbidden(key)) return undefined;
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) return undefined;
    return (value as { [key: string]: Json })[key];
  };

  lib.readPath = (value, path) => {
    if (path.length > MAX_PATH) return undefined;
    let at: Json | undefined = value;
    for (const key of path.split('.')) {
      if (at === undefined) return undefined;
      at = lib.own(at, key);
    }
    return at;
  };

  lib.writePath = (target, path, value, nodeId) => {
    const fail = (message: string) => lib.error('TypeError', message, nodeId, 'BAD_PATH');
    if (path.length > MAX_PATH) throw fail(`A path may have at most ${MAX_PATH} characters`);
    const keys = path.split('.');
    const forbidden = keys.find(lib.isForbidden);
    if (forbidden !== undefined) throw fail(`Property '${forbidden}' cannot be set`);
    const root = copyOf(target, path);
    let at = root;
    keys.forEach((key, i) => {
      if (Array.isArray(at)) checkIndex(at, key);
      const next = i === keys.length - 1 ? value : copyOf(lib.own(at, key) ?? null, key);
      lib.put(at, key, next);
      at = next as { [key: string]: Json };
    });
    return root;

    function copyOf(source: Json, key: string): { [key: string]: Json } {
      if (source === null) return {};
      if (typeof source !== 'object') throw fail(`Cannot set '${key}' inside a ${typeof source}`);
      const copy: unknown = Array.isArray(source) ? source.slice() : { ...source };
      return copy as { [key: string]: Json };
    }

    function checkIndex(list: readonly Json[], key: string): void {
      const index = Number(key);
      const isIndex = String(index) === key && index >= 0 && index < MAX_INDEX;
      if (isIndex && Number.isInteger(index) && index <= list.length) return;
      throw fail(`'${key}' is no index of a list with ${list.length} items`);
    }
  };
}
