import { performance } from 'node:perf_hooks';

import { isAppError } from '@runnel/errors';
import type { Dispatcher } from 'undici';

import { Deadline } from './deadline';
import type { EgressAllow } from './egress-allow';
import { invalidRequest, timedOut, tooLarge, tooManyRedirects } from './egress-errors';
import { exchange, failureOf } from './exchange';
import { PinnedPools } from './pinned-pools';
import { checkedUrl, type Hop, nextHop } from './redirect';
import { checkedHeaders } from './request-headers';
import { rememberingResolver, type Resolver, systemResolver } from './resolver';
import { BodyTooLarge, isDecoded, readBody } from './response-body';
import { findTarget } from './target';

export interface EgressRequest {
  readonly method: string;
  /** http or https, without credentials. */
  readonly url: string;
  /** What belongs to the connection (`Host`, `Content-Length`, …) cannot be set. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers that, like `Authorization`, must not follow a redirect to another origin. */
  readonly credentialHeaders?: readonly string[];
  readonly body?: string | Uint8Array | undefined;
  /** For everything, redirects and the body included. Default 30,000. */
  readonly timeoutMs?: number;
  /** Of the body, as it comes and decoded. Default 10 MiB. */
  readonly maxResponseBytes?: number;
  /** Default 5; with 0 the redirect itself is the response. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface EgressResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by a comma. Those of an encoding that was taken off are gone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly timings: EgressTimings;
}

/** Milliseconds from the call to the last response's head and to its end; how many redirects were followed. */
export interface EgressTimings {
  readonly headMs: number;
  readonly totalMs: number;
  readonly redirects: number;
}

export interface EgressClientOptions {
  /** Default: nothing private may be reached. */
  readonly allow?: EgressAllow;
  /** Default: the system's. Answers are kept for a few seconds. */
  readonly resolver?: Resolver;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const DEFAULT_MAX_REDIRECTS = 5;
/** What is read of a redirect's body to keep the connection. */
const DUMP_BYTES = 64 * 1024;
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const NOTHING: EgressAllow = { hosts: [], ranges: [] };

/** The only way out for HTTP: names are resolved once, checked, and connected to as they were checked. */
export class EgressClient {
  private readonly pools = new PinnedPools();
  private readonly allow: EgressAllow;
  private readonly resolve: Resolver;

  constructor(options: EgressClientOptions = {}) {
    this.allow = options.allow ?? NOTHING;
    this.resolve = rememberingResolver(options.resolver ?? systemResolver);
  }

  /**
   * Makes a call and reads its response to the end. Any status is a response. Throws InvalidInputError
   * (EGRESS_INVALID_URL, EGRESS_INVALID_REQUEST), DomainError (EGRESS_REFUSED, EGRESS_TIMEOUT, EGRESS_TOO_LARGE,
   * EGRESS_TOO_MANY_REDIRECTS, EGRESS_CONNECTION), and the reason of `signal` when it is aborted.
   */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = request;
    const hop = firstHop(request);
    signal?.throwIfAborted();
    const deadline = new Deadline(timeoutMs, signal);
    try {
      return await this.follow(hop, request, deadline);
    } catch (error) {
      signal?.throwIfAborted();
      if (isAppError(error) || deadline.reason !== 'time') throw error;
      throw timedOut(hop.url.hostname, timeoutMs);
    } finally {
      deadline.clear();
    }
  }

  /** Closes the connections that are kept. Calls in flight fail. */
  close(): Promise<void> {
    return this.pools.close();
  }

  private async follow(
    first: Hop,
    request: EgressRequest,
    deadline: Deadline,
  ): Promise<EgressResponse> {
    const { maxRedirects = DEFAULT_MAX_REDIRECTS } = request;
    const startedAt = performance.now();
    let hop = first;
    for (let redirects = 0; ; redirects += 1) {
      const target = await deadline.race(findTarget(hop.url, this.allow, this.resolve));
      const response = await exchange(hop, target, this.pools, deadline.signal);
      const headMs = performance.now() - startedAt;
      const next = maxRedirects === 0 ? undefined : nextHopOf(hop, response);
      if (next === undefined) {
        const content = await this.read(hop, response, target.host, request, deadline.signal);
        return {
          ...content,
          timings: { headMs, totalMs: performance.now() - startedAt, redirects },
        };
      }
      await response.body.dump({ limit: DUMP_BYTES, signal: deadline.signal });
      if (redirects >= maxRedirects) throw tooManyRedirects(first.url.hostname, maxRedirects);
      hop = next;
    }
  }

  private async read(
    { method }: Hop,
    { statusCode: status, headers, body }: Dispatcher.ResponseData,
    host: string,
    { maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES }: EgressRequest,
    signal: AbortSignal,
  ): Promise<Omit<EgressResponse, 'timings'>> {
    const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
    const encoding = hasBody ? joined(headers['content-encoding']) : undefined;
    try {
      const content = await readBody(body, encoding, maxResponseBytes);
      return { status, headers: headersOf(headers, isDecoded(encoding)), body: content };
    } catch (error) {
      if (signal.aborted) throw error;
      throw error instanceof BodyTooLarge
        ? tooLarge(host, maxResponseBytes)
        : failureOf(host, error);
    }
  }
}

function firstHop(request: EgressRequest): Hop {
  const { url, method, headers = {}, body, credentialHeaders = [] } = request;
  const upper = method.toUpperCase();
  if (!METHODS.includes(upper))
    throw invalidRequest(`the method must be one of ${METHODS.join(', ')}`);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return {
    url: checkedUrl(url),
    method: upper,
    headers: checkedHeaders(headers),
    body: bytes,
    credentials: credentialHeaders.map((name) => name.toLowerCase()),
  };
}

/** Throws like `nextHop`, with the connection freed. */
function nextHopOf(
  hop: Hop,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Hop | undefined {
  try {
    return nextHop(hop, statusCode, joined(headers['location']));
  } catch (error) {
    body.on('error', () => undefined).destroy();
    throw error;
  }
}

function headersOf(
  headers: Dispatcher.ResponseData['headers'],
  wasDecoded: boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const text = joined(value);
      const isOfEncoding = name === 'content-encoding' || name === 'content-length';
      return text === undefined || (wasDecoded && isOfEncoding) ? [] : [[name, text]];
    }),
  );
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
