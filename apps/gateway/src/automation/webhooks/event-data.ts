import type { IncomingHttpHeaders } from 'node:http';

import type { Json } from '@runnel/run-domain';

/** Headers that prove something; a log never forgets them (contracts/automation.md C.4). */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
]);
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface EventSource {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
}

/** The event data of a webhook run: lower-case headers without secrets and signatures, body, query, method, url. */
export function eventDataOf(source: EventSource, body: Json, publicUrl: string): Json {
  return {
    headers: headersOf(source.headers),
    body,
    query: queryOf(source.query),
    method: source.method,
    url: publicUrl + source.url,
  };
}

function headersOf(headers: IncomingHttpHeaders): Record<string, Json> {
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(headers)) {
    if (SECRET_HEADERS.has(name) || name.includes('signature') || UNSAFE_NAMES.has(name)) continue;
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function queryOf(query: unknown): Record<string, Json> {
  const kept: Record<string, Json> = {};
  if (typeof query !== 'object' || query === null) return kept;
  for (const [name, value] of Object.entries(query)) {
    if (!UNSAFE_NAMES.has(name)) kept[name] = value as string | string[];
  }
  return kept;
}
