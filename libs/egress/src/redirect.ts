import { invalidUrl } from './egress-errors';

/** A request as it travels from redirect to redirect. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Lower-case names of headers that are credentials besides the usual ones. */
  readonly credentials?: readonly string[];
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What proves who the caller is, for one origin only. */
const CREDENTIALS: readonly string[] = ['authorization', 'cookie'];

/** A URL that may be called. Throws InvalidInputError EGRESS_INVALID_URL. */
export function checkedUrl(text: string, base?: URL): URL {
  if (text.length > MAX_URL_CHARS || !URL.canParse(text, base?.href))
    throw invalidUrl('the URL is not valid');
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalidUrl(`only http and https URLs can be called, not ${url.protocol.slice(0, 20)}`);
  if (url.username !== '' || url.password !== '')
    throw invalidUrl('credentials belong in a header, not in the URL');
  url.hash = '';
  return url;
}

const MAX_URL_CHARS = 8_192;

/**
 * Where a response sends its request next (RFC 9110, 15.4; Fetch, HTTP-redirect fetch): undefined when it is no
 * redirect. Throws InvalidInputError EGRESS_INVALID_URL for a location that may not be called.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  const url = checkedUrl(location, hop.url);
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const drop = [
    ...(url.origin === hop.url.origin ? [] : [...CREDENTIALS, ...(hop.credentials ?? [])]),
    ...(becomesGet ? Object.keys(hop.headers).filter((name) => name.startsWith('content-')) : []),
  ];
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(([name]) => !drop.includes(name)),
  );
  return becomesGet
    ? { ...hop, url, method: 'GET', headers, body: undefined }
    : { ...hop, url, headers };
}
