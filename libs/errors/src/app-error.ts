/**
 * Base of every error that Runnel raises on purpose. Packages compare `code`, never the class:
 * two copies of a module in one process would make `instanceof` lie.
 */
export abstract class AppError extends Error {
  abstract readonly kind: ErrorKind;

  constructor(
    /** Stable, documented, SCREAMING_SNAKE. */
    readonly code: string,
    message: string,
    /** Facts a client may see: no secrets, no payloads. */
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What an error asks of the edge that meets it (docs/errors.md holds the mapping to HTTP and NATS). */
export type ErrorKind = 'invalid_input' | 'domain' | 'concurrency' | 'unavailable';

/** The request is malformed. Never retried; HTTP 400 unless the door says otherwise. */
export class InvalidInputError extends AppError {
  readonly kind = 'invalid_input';
}

/** The domain refuses, rightly. Never retried; HTTP 409 or 422, 404 for `*NOT_FOUND`, 403 for `FORBIDDEN`. */
export class DomainError extends AppError {
  readonly kind = 'domain';
}

/** Somebody was faster. Retried at once by whoever decided; beyond that HTTP 503 with Retry-After. */
export class ConcurrencyError extends AppError {
  readonly kind = 'concurrency';

  constructor(
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super('CONCURRENCY_CONFLICT', message, details, options);
  }
}

/** A dependency (NATS, Postgres, another service) is not there. HTTP 503 with Retry-After. */
export class UnavailableError extends AppError {
  readonly kind = 'unavailable';

  constructor(
    readonly dependency: string,
    message: string,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(
      'UNAVAILABLE',
      message,
      { dependency, retryAfterSeconds: options?.retryAfterSeconds ?? 1 },
      options,
    );
  }
}
