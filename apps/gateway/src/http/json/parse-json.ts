import type { Json } from '@runnel/run-domain';

import { HttpProblem } from '../errors/problem';
import { scanJson } from './scan-json';

/** Deeper than any pattern or event of ours, and far from what recursion over JSON can take. */
const MAX_DEPTH = 64;

/**
 * A request's JSON. Refused besides malformed text: nesting over 64, keys that reach for prototypes
 * (`__proto__`, `constructor.prototype`) and, in `strict` bodies, a key given twice.
 * @throws HttpProblem 400 INVALID_JSON
 */
export function parseJson(text: string, options: { readonly strict: boolean }): Json {
  const { depth, duplicateKey } = scanJson(text, MAX_DEPTH, options.strict);
  if (depth > MAX_DEPTH)
    throw invalid(`JSON must not be nested more than ${MAX_DEPTH} levels deep`);
  if (duplicateKey !== undefined) {
    throw invalid(`the key ${JSON.stringify(duplicateKey.slice(0, 64))} is given twice`);
  }
  const value = parsed(text);
  if (mayReachPrototypes(text) && reachesPrototypes(value)) {
    throw invalid('the keys __proto__ and constructor.prototype are not allowed');
  }
  return value;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new HttpProblem(400, 'INVALID_JSON', 'the request body is not valid JSON', { cause });
  }
}

/** Cheap: bodies without these letters, written plainly or escaped, need no walk. */
function mayReachPrototypes(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
}

function reachesPrototypes(root: Json): boolean {
  const open: object[] = isObject(root) ? [root] : [];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Object.hasOwn(value, '__proto__')) return true;
    if (Object.hasOwn(value, 'constructor')) {
      const { constructor } = value as { constructor: unknown };
      if (isObject(constructor) && Object.hasOwn(constructor, 'prototype')) return true;
    }
    for (const child of Object.values(value) as unknown[]) if (isObject(child)) open.push(child);
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function invalid(message: string): HttpProblem {
  return new HttpProblem(400, 'INVALID_JSON', message);
}
