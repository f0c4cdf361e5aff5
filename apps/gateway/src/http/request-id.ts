import type { IncomingHttpHeaders } from 'node:http';

const SANE = /^[\w.:-]{1,128}$/;

/** The id that a client supplied for its request, if it is fit to be echoed and logged. */
export function suppliedRequestId(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id'];
  return typeof id === 'string' && SANE.test(id) ? id : undefined;
}
