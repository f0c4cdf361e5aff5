import { DomainError, InvalidInputError } from '@runnel/errors';

/*
 * What can go wrong with a call, in words that its author may see: they name the host the author wrote, and
 * never an address that it resolved to, a path, a query or a header.
 */

/** The URL is not one that may be called. */
export function invalidUrl(what: string): InvalidInputError {
  return new InvalidInputError('EGRESS_INVALID_URL', what);
}

export function invalidRequest(what: string): InvalidInputError {
  return new InvalidInputError('EGRESS_INVALID_REQUEST', what);
}

export function refused(host: string): DomainError {
  return new DomainError(
    'EGRESS_REFUSED',
    `calls to "${host}" are refused because it is, or resolves to, an address that is not public: ` +
      'whoever runs Runnel can list it in RUNNEL_EGRESS_ALLOW',
    { host },
  );
}

export function timedOut(host: string, timeoutMs: number): DomainError {
  return new DomainError(
    'EGRESS_TIMEOUT',
    `"${host}" has not answered completely within ${timeoutMs} ms`,
    {
      host,
      timeoutMs,
    },
  );
}

export function tooLarge(host: string, maxResponseBytes: number): DomainError {
  return new DomainError(
    'EGRESS_TOO_LARGE',
    `the response of "${host}" is larger than ${maxResponseBytes} bytes`,
    {
      host,
      maxResponseBytes,
    },
  );
}

export function tooManyRedirects(host: string, maxRedirects: number): DomainError {
  return new DomainError(
    'EGRESS_TOO_MANY_REDIRECTS',
    `"${host}" redirects more than ${maxRedirects} times`,
    {
      host,
      maxRedirects,
    },
  );
}

export function connectionFailed(host: string, what: string, cause?: unknown): DomainError {
  return new DomainError(
    'EGRESS_CONNECTION',
    `the call to "${host}" failed: ${what}`,
    { host },
    { cause },
  );
}
