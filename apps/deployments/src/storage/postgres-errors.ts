import {
  ConcurrencyError,
  DomainError,
  InvalidInputError,
  isAppError,
  UnavailableError,
} from '@runnel/errors';

/** Node's words for a connection that is not there. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** SQLSTATE classes: connection, resources, operator intervention (shutdown, time-outs), system. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);
/** `pg` and TypeORM have no codes for these. */
const UNAVAILABLE_TEXT =
  /connection terminated|timeout exceeded when trying to connect|not queryable|connection is closed|client was closed|cannot use a pool after calling end/i;
const UNAVAILABLE_NAMES = new Set([
  'UnavailableError',
  'QueryRunnerAlreadyReleasedError',
  'TransactionNotStartedError',
  'CannotExecuteNotConnectedError',
  'DriverNotConnectedError',
]);

/** What an error of the database means to a caller; an error that is not one of the database's stays as it is. */
export function translatePostgresError(error: unknown): unknown {
  if (isAppError(error) || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === '40001' || code === '40P01') {
    return new ConcurrencyError('another change got in the way; try again', {}, { cause: error });
  }
  if (code === '22021' || code === '22P05') {
    const message = 'a text contains a character that cannot be stored';
    return new InvalidInputError('VALIDATION', message, {}, { cause: error });
  }
  if (code === '23503') {
    const message = 'something this belongs to no longer exists';
    return new DomainError('NOT_FOUND', message, {}, { cause: error });
  }
  if (!isUnavailable(error, code)) return error;
  const message = 'Postgres cannot be reached; try again shortly';
  return new UnavailableError('postgres', message, { cause: error });
}

/** The name of the unique constraint that `error` reports as violated. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || codeOf(error) !== '23505') return undefined;
  const { constraint } = driverErrorOf(error) as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : undefined;
}

function isUnavailable(error: Error, code: string): boolean {
  return (
    SOCKET_CODES.has(code) ||
    (code.length === 5 && UNAVAILABLE_CLASSES.has(code.slice(0, 2))) ||
    // A standby answers after a failover until the address points at the new primary.
    code === '25006' ||
    UNAVAILABLE_NAMES.has(error.name) ||
    UNAVAILABLE_TEXT.test(error.message)
  );
}

function codeOf(error: Error): string {
  const { code } = driverErrorOf(error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function driverErrorOf(error: Error): object {
  const { driverError } = error as { driverError?: unknown };
  return typeof driverError === 'object' && driverError !== null ? driverError : error;
}
