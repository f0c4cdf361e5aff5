import { isConnectionProblem, sqlState } from '@runnel/database';
import {
  ConcurrencyError,
  DomainError,
  InvalidInputError,
  isAppError,
  messageOf,
  UnavailableError,
} from '@runnel/errors';

/** TypeORM's own words for a connection that was lost between two statements, or that the process is closing. */
const LOST_NAMES: ReadonlySet<string> = new Set([
  'QueryRunnerAlreadyReleasedError',
  'TransactionNotStartedError',
  'CannotExecuteNotConnectedError',
  'DriverNotConnectedError',
]);
const LOST_TEXT = /not queryable|cannot use a pool after calling end/i;
/** No resources (53), cancelled for taking too long (57014), system errors (58), a standby after a failover (25006). */
const OVERLOADED = /^(53\w{3}|57014|58\w{3}|25006)$/;

/** What an error of the database means to a caller; an error that is not one of the database's stays as it is. */
export function translatePostgresError(error: unknown): unknown {
  if (isAppError(error)) return error;
  const state = sqlState(error) ?? '';
  switch (state) {
    case '40001': // serialization failure
    case '40P01': // deadlock
      return new ConcurrencyError('another change got in the way; try again', {}, { cause: error });
    case '22021': // a character that the encoding does not have: NUL
    case '22P02': // a text that is no value of its type: half a character inside of JSON
    case '22P05': {
      const message = 'a text contains a character that cannot be stored';
      return new InvalidInputError('VALIDATION', message, {}, { cause: error });
    }
    case '23505': {
      const message = 'something with this name or id is there already';
      return new DomainError('CONFLICT', message, {}, { cause: error });
    }
    case '23503': {
      const message = 'something this belongs to no longer exists';
      return new DomainError('NOT_FOUND', message, {}, { cause: error });
    }
    default:
      return isUnavailable(error, state) ? unavailable(error) : error;
  }
}

/** The name of the unique constraint that `error` reports as violated, translated or not. */
export function violatedConstraint(error: unknown): string | undefined {
  if (isAppError(error)) return violatedConstraint(error.cause);
  if (sqlState(error) !== '23505') return undefined;
  const { driverError } = error as { driverError?: { constraint?: unknown } };
  return typeof driverError?.constraint === 'string' ? driverError.constraint : undefined;
}

function isUnavailable(error: unknown, state: string): boolean {
  return (
    isConnectionProblem(error) ||
    OVERLOADED.test(state) ||
    (error instanceof Error && LOST_NAMES.has(error.name)) ||
    LOST_TEXT.test(messageOf(error))
  );
}

function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('postgres', 'Postgres cannot be reached; try again shortly', {
    cause,
  });
}
