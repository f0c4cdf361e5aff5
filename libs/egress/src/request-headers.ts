import { invalidRequest } from './egress-errors';

/** Headers that belong to the connection, not to the request (RFC 9110, 7.6.1), or that the client writes itself. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const MAX_HEADERS = 100;
const MAX_BYTES = 32 * 1024;
/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, 5.5: what could end a header line, or is no byte at all, is no part of a value. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NOT_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/** Headers with lower-case names, checked. Throws InvalidInputError EGRESS_INVALID_REQUEST, which names the header and not its value. */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) throw invalidRequest(`more than ${MAX_HEADERS} headers`);
  let bytes = 0;
  const checked = new Map<string, string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name))
      throw invalidRequest('a header name holds characters that are not allowed');
    if (NOT_OURS.has(lower)) throw invalidRequest(`the header "${lower}" cannot be set`);
    if (NOT_IN_VALUE.test(value))
      throw invalidRequest(`the value of header "${lower}" holds characters that are not allowed`);
    bytes += name.length + value.length;
    checked.set(lower, value);
  }
  if (bytes > MAX_BYTES) throw invalidRequest(`headers of more than ${MAX_BYTES} bytes`);
  return Object.fromEntries(checked);
}
