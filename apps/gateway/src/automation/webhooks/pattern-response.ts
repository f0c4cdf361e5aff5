import type { Json } from '@runnel/run-domain';

/** An HTTP answer that a pattern made up. */
export interface PatternResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,128}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;
const MAX_HEADERS = 50;

/**
 * Not the pattern's to say: hop-by-hop headers and the length belong to the connection (RFC 9110, 7.6.1),
 * cookies and the security headers to this site, on which the sessions of its users live.
 */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'set-cookie',
  'clear-site-data',
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'strict-transport-security',
  'service-worker-allowed',
  'x-request-id',
]);

/** A page that a pattern answers with must not act as the user who opens it. */
const SANDBOXED = { 'content-security-policy': "sandbox; default-src 'none'" };

/**
 * The answer that a RespondToWebhook node recorded: `{statusCode, headers, body}`. Headers that are malformed
 * or ours are left out; undefined when the status is not one of a final answer.
 */
export function patternResponseOf(output: Json): PatternResponse | undefined {
  const { statusCode = 200, headers = {}, body = '' } = asObject(output);
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const text = typeof body === 'string';
  return {
    status,
    headers: {
      'content-type': text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      ...headersOf(headers),
      ...SANDBOXED,
    },
    body: text ? body : JSON.stringify(body),
  };
}

function headersOf(given: Json): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(asObject(given)).slice(0, MAX_HEADERS)) {
    const lower = name.toLowerCase();
    const text = typeof value === 'object' ? '' : String(value);
    if (OURS.has(lower) || !HEADER_NAME.test(name) || !HEADER_VALUE.test(text)) continue;
    if (text !== '') kept[lower] = text;
  }
  return kept;
}

function asObject(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}
