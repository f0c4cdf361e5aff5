import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser's request comes from a page of ours. A request without `Origin` does not come from a
 * page of another site: browsers add it to every cross-site request that could change anything.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || origin === new URL(publicUrl).origin;
}
