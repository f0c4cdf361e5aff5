import type { EgressClient } from '@runnel/egress';
import { isAppError } from '@runnel/errors';
import { NO_REDACTION, Redactor } from '@runnel/redaction';
import type { Json } from '@runnel/run-domain';
import { isNestedDeeper } from '@runnel/sandbox';

import type { Authorization, Connections } from '../../connections/connections.port';
import { Effect, type EffectCall, EffectError } from '../effects.port';

const DEFAULT_TIMEOUT_SECONDS = 30;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
/** Levels of JSON in a response; the sandbox lets go of no value that is deeper than 512. */
const MAX_DEPTH = 500;

interface HttpInput {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly timeoutMs: number;
  /** Id of a connection; empty without one. */
  readonly connection: string;
}

const NO_CREDENTIAL: Authorization = { headers: {}, secrets: [] };

/**
 * The HttpRequest node (contracts/automation.md F.3). A status outside 2xx is a result, not an error; a
 * refused target, a network failure and a time-out are errors the pattern can catch. Every call carries
 * `Idempotency-Key: <run>:<node>:<firing>`, since the one step in flight at a crash may be made again.
 * The credential of a connection is added here: the program never has it, and an answer that shows it is masked.
 */
export class HttpRequestEffect extends Effect {
  readonly nodeType = 'HttpRequest';

  constructor(
    private readonly egress: EgressClient,
    private readonly connections: Connections,
  ) {
    super();
  }

  async perform(call: EffectCall): Promise<Json> {
    const input = inputOf(call.input);
    let redactor = NO_REDACTION;
    try {
      const credential = await this.credentialOf(call, input);
      redactor = new Redactor(credential.secrets);
      const answer = await this.send(call, input, credential);
      return redactor.json(answer);
    } catch (error) {
      // A credential that cannot be had is a failed call like any other: the pattern may catch it and try again.
      if (!isAppError(error)) throw error;
      throw new EffectError('HttpError', redactor.text(error.message), error.code, {
        cause: error,
      });
    }
  }

  private credentialOf({ project }: EffectCall, { connection, url }: HttpInput) {
    return connection === ''
      ? Promise.resolve(NO_CREDENTIAL)
      : this.connections.authorize(project, connection, url);
  }

  private async send(call: EffectCall, input: HttpInput, credential: Authorization): Promise<Json> {
    const body = bodyOf(input);
    const response = await this.egress.request({
      method: input.method,
      url: input.url,
      headers: {
        ...(body?.isJson === true && { 'content-type': 'application/json' }),
        ...lowerCased(input.headers),
        ...credential.headers,
        'idempotency-key': `${call.runId}:${call.key}`,
      },
      credentialHeaders: Object.keys(credential.headers),
      ...(body !== undefined && { body: body.bytes }),
      timeoutMs: input.timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal: call.signal,
    });
    const text = response.body.toString('utf8');
    return {
      status: response.status,
      responseHeaders: response.headers,
      response: parsed(response.body, text),
      responseBody: text,
    };
  }
}

function inputOf(input: Json): HttpInput {
  const fields = (
    typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
  ) as Record<string, Json>;
  const seconds = Number(fields['timeout'] ?? DEFAULT_TIMEOUT_SECONDS);
  return {
    method: text(fields['method'], 'GET').toUpperCase(),
    url: text(fields['url'], ''),
    headers: headersOf(fields['headers'] ?? {}),
    body: fields['body'] ?? null,
    timeoutMs:
      Math.max(1, Math.min(Number.isFinite(seconds) ? seconds : DEFAULT_TIMEOUT_SECONDS, 300)) *
      1000,
    connection: text(fields['connection'], ''),
  };
}

function headersOf(value: Json): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>).map(([name, held]) => [name, text(held, '')]),
  );
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function bodyOf({ method, body }: HttpInput): { bytes: Buffer; isJson: boolean } | undefined {
  if (body === null || method === 'GET' || method === 'HEAD') return undefined;
  if (typeof body === 'string') return { bytes: Buffer.from(body), isJson: false };
  return { bytes: Buffer.from(JSON.stringify(body)), isJson: true };
}

/** The body as JSON where it is JSON, else null; the text itself is in `responseBody`. Throws EffectError. */
function parsed(bytes: Buffer, body: string): Json {
  let value: Json;
  try {
    value = JSON.parse(body) as Json;
  } catch {
    return null; // not JSON: the pattern reads `responseBody`
  }
  if (!isNestedDeeper(bytes, MAX_DEPTH)) return value;
  const message = `the response is JSON nested deeper than ${MAX_DEPTH} levels`;
  throw new EffectError('HttpError', message, 'RESPONSE_TOO_DEEP');
}

function text(value: Json | undefined, fallback: string): string {
  if (value === undefined || value === null) return fallback;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
