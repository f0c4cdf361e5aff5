import { InvalidInputError } from '@runnel/errors';

/** Belong to the connection, or would let a caller speak for another host. */
const REFUSED = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'expect',
]);
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
/** RFC 9110 5.5: visible characters, space and tab; never a line break. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,16384}$/;
const MAX_HEADERS = 100;

/** Headers as they may be sent. Throws InvalidInputError EGRESS_INVALID_HEADER naming the header. */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) throw invalid(`more than ${MAX_HEADERS} headers`);
  const checked: Record<string, string> = {};
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!NAME.test(name)) throw invalid('a header name has characters that are not allowed');
    if (REFUSED.has(lower)) throw invalid(`header ${lower} is set by the connection itself`);
    if (!VALUE.test(value)) throw invalid(`header ${lower} has characters that are not allowed`);
    checked[lower] = value;
  }
  return checked;
}

/** What may follow a redirect to another origin: no credentials. */
export function withoutCredentials(
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'cookie'),
  );
}

function invalid(message: string): InvalidInputError {
  return new InvalidInputError('EGRESS_INVALID_HEADER', message);
}
