import { DomainError, isAppError } from '@runnel/errors';
import { Agent, buildConnector, type Dispatcher } from 'undici';

import type { EgressAllow } from './egress-allow';
import { checkedHeaders, withoutCredentials } from './request-headers';
import { readBody } from './response-body';
import { type ResolvedAddress, type Resolver, systemResolver, TargetGuard } from './target-guard';

export interface EgressRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** From the first byte sent to the last received, redirects included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Default 10 MiB. */
  readonly maxResponseBytes?: number;
  /** Default 5; 0 gives the redirect itself as the answer. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface EgressResponse {
  readonly status: number;
  /** Names in lower case; several values of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly durationMs: number;
}

export interface EgressOptions {
  readonly allow: EgressAllow;
  readonly resolver?: Resolver;
  /** Connections per origin. Default 64. */
  readonly connections?: number;
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The only way out: every outbound HTTP call of Runnel goes through here (DESIGN, "Safety"). A name is
 * resolved once, when a connection is made, and the connection is pinned to the vetted address, so that
 * neither a second resolution nor a redirect leads into a private network.
 */
export class EgressClient {
  private readonly guard: TargetGuard;
  private readonly agent: Agent;

  constructor(options: EgressOptions) {
    this.guard = new TargetGuard(options.allow, options.resolver ?? systemResolver);
    this.agent = new Agent({
      connections: options.connections ?? 64,
      keepAliveTimeout: 10_000,
      connect: (target, callback) => void this.connect(target, callback),
    });
  }

  /**
   * Makes a call and follows its redirects.
   * @throws InvalidInputError EGRESS_INVALID_URL, EGRESS_INVALID_HEADER, EGRESS_INVALID_METHOD;
   *   DomainError EGRESS_REFUSED, EGRESS_TIMEOUT, EGRESS_TOO_LARGE, EGRESS_TOO_MANY_REDIRECTS, EGRESS_CONNECTION
   */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const method = request.method.toUpperCase();
    if (!METHODS.has(method))
      throw new DomainError('EGRESS_INVALID_METHOD', 'this method cannot be used');
    const timeoutMs = request.timeoutMs ?? 30_000;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    const url = this.guard.parse(request.url);
    const first: Hop = {
      url,
      method,
      headers: checkedHeaders(request.headers ?? {}),
      body: request.body,
    };
    try {
      return await this.follow(first, request, signal);
    } catch (error) {
      throw asEgressError(error, url.host, timeout.aborted ? timeoutMs : undefined);
    }
  }

  /** Closes idle connections and ends the others. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async follow(
    first: Hop,
    request: EgressRequest,
    signal: AbortSignal,
  ): Promise<EgressResponse> {
    const began = performance.now();
    const maxRedirects = request.maxRedirects ?? 5;
    let hop = first;
    for (let redirects = 0; ; redirects += 1) {
      // A pooled connection is pinned already, but what may be reached is asked for each hop.
      await this.guard.vet(hop.url.hostname, portOf(hop.url));
      const answer = await this.send(hop, signal);
      const location = answer.headers['location'];
      if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string' || maxRedirects === 0) {
        return await this.read(answer, request, began);
      }
      await answer.body.dump({ limit: 65_536, signal });
      if (redirects >= maxRedirects) {
        throw new DomainError('EGRESS_TOO_MANY_REDIRECTS', `more than ${maxRedirects} redirects`, {
          maxRedirects,
        });
      }
      hop = redirected(hop, answer.statusCode, this.guard.parse(location, hop.url));
    }
  }

  private send(hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.agent.request({
      origin: hop.url.origin,
      path: `${hop.url.pathname}${hop.url.search}`,
      method: hop.method as Dispatcher.HttpMethod,
      headers: { 'user-agent': 'runnel', ...hop.headers },
      body: hop.body ?? null,
      signal,
    });
  }

  private async read(
    answer: Dispatcher.ResponseData,
    request: EgressRequest,
    began: number,
  ): Promise<EgressResponse> {
    const headers = flatten(answer.headers);
    const maxBytes = request.maxResponseBytes ?? 10 * 1024 * 1024;
    const body = await readBody(answer.body, headers['content-encoding'], maxBytes);
    return {
      status: answer.statusCode,
      headers,
      body,
      durationMs: Math.round(performance.now() - began),
    };
  }

  /** Makes a connection to an address that was vetted for exactly this host and port. */
  private async connect(
    target: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> {
    try {
      const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
      const addresses = await this.guard.vet(target.hostname, port);
      buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: pinnedTo(addresses) })(
        target,
        callback,
      );
    } catch (error) {
      callback(error as Error, null);
    }
  }
}

type Lookup = NonNullable<NonNullable<buildConnector.BuildOptions>['lookup']>;

function pinnedTo(addresses: readonly ResolvedAddress[]): Lookup {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** RFC 9110 15.4: 303 becomes GET, and so, as every browser does it, does a POST after 301 and 302. */
function redirected(hop: Hop, status: number, url: URL): Hop {
  const toGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const headers = url.origin === hop.url.origin ? hop.headers : withoutCredentials(hop.headers);
  if (!toGet) return { ...hop, url, headers };
  const { 'content-type': _type, ...rest } = headers;
  return { url, method: 'GET', headers: rest, body: undefined };
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function asEgressError(error: unknown, host: string, timedOutAfterMs: number | undefined): Error {
  if (isAppError(error)) return error;
  if (timedOutAfterMs !== undefined) {
    return new DomainError(
      'EGRESS_TIMEOUT',
      `${host} did not answer within ${timedOutAfterMs} ms`,
      { host },
      { cause: error },
    );
  }
  const reason = (error as { code?: unknown }).code;
  const detail = typeof reason === 'string' ? ` (${reason})` : '';
  return new DomainError(
    'EGRESS_CONNECTION',
    `the call to ${host} failed${detail}`,
    { host },
    { cause: error },
  );
}
