import {
  type AppError,
  ConcurrencyError,
  DomainError,
  type ErrorKind,
  InvalidInputError,
  UnavailableError,
} from './app-error';

/** An error as it crosses NATS between two services. */
export interface WireError {
  /** `internal`: a bug of the answering service; it has logged it. */
  readonly kind: ErrorKind | 'internal';
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The form in which an error leaves a service: no stack, no cause. */
export function toWireError(error: AppError): WireError {
  return { kind: error.kind, code: error.code, message: error.message, details: error.details };
}

/** Rebuilds the error that another service raised, so that the caller can tell kinds and codes apart. */
export function fromWireError(wire: WireError): Error {
  switch (wire.kind) {
    case 'invalid_input':
      return new InvalidInputError(wire.code, wire.message, wire.details);
    case 'domain':
      return new DomainError(wire.code, wire.message, wire.details);
    case 'concurrency':
      return new ConcurrencyError(wire.message, wire.details);
    case 'unavailable':
      return new UnavailableError(dependencyOf(wire), wire.message);
    case 'internal':
      return new Error(wire.message);
  }
}

function dependencyOf(wire: WireError): string {
  const dependency = wire.details['dependency'];
  return typeof dependency === 'string' ? dependency : 'service';
}
