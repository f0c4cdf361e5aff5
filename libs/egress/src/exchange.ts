import type { Dispatcher } from 'undici';

import { connectionFailed, tooLarge } from './egress-errors';
import { MAX_HEADER_BYTES, type PinnedPools } from './pinned-pools';
import type { Hop } from './redirect';
import type { Target } from './target';

/** Failures before a single byte of the request was sent: the next address may do better. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Addresses that are tried for one call. */
const MAX_TRIES = 3;

/** What was said to whom comes from codes, never from an engine's message, which may hold the address. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_SOCKET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** Sends one request to one of the addresses and resolves with the head of its response; the body must be read or dumped. */
export async function exchange(
  hop: Hop,
  target: Target,
  pools: PinnedPools,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { url, method, headers, body } = hop;
  const request: Omit<Dispatcher.RequestOptions, 'origin'> = {
    path: `${url.pathname}${url.search}`,
    method,
    headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Runnel', ...headers },
    body: body ?? null,
    signal,
    headersTimeout: 0, // the deadline is over everything
    bodyTimeout: 0,
  };
  let last: unknown;
  for (const address of target.addresses.slice(0, MAX_TRIES)) {
    try {
      return await pools.get(url.origin, address, target.servername).request(request);
    } catch (error) {
      last = error;
      if (signal.aborted || !NOT_CONNECTED.has(codeOf(error))) break;
    }
  }
  throw signal.aborted ? last : failureOf(target.host, last);
}

/** A failure of the connection as the caller may see it. */
export function failureOf(host: string, error: unknown): Error {
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return tooLarge(host, MAX_HEADER_BYTES);
  return connectionFailed(host, WORDS[code] ?? 'the response could not be read', error);
}

function codeOf(error: unknown): string {
  // Not `instanceof Error`: the engine's own errors may come from another realm.
  const code =
    typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}
