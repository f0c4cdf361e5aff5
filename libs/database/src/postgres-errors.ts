/** Codes of Node's sockets that mean: nobody is there (now). */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Operator intervention (57P0x: shutdown, crash, starting up) and too many connections (53300). */
const SERVER_CODES: ReadonlySet<unknown> = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

/** What the driver says without a code when the connection goes. */
const DRIVER_MESSAGES =
  /^(Connection terminated|Connection ended|timeout (exceeded )?when trying to connect|Client has encountered a connection error)/i;

const MAX_CAUSES = 5;

/**
 * True for an error that says that Postgres is not there or is going away, not that the statement is
 * wrong (Postgres manual, appendix A: class 08, 57P0x, 53300).
 */
export function isConnectionProblem(error: unknown): boolean {
  let current = error as Failure | null | undefined;
  for (let depth = 0; depth < MAX_CAUSES && current; depth += 1) {
    const { code, message, errors } = current;
    if (SOCKET_CODES.has(code) || SERVER_CODES.has(code)) return true;
    if (typeof code === 'string' && /^08\w{3}$/.test(code)) return true;
    if (typeof message === 'string' && DRIVER_MESSAGES.test(message)) return true;
    if (Array.isArray(errors)) return errors.some(isConnectionProblem);
    current = current.driverError ?? current.cause;
  }
  return false;
}

/** What errors of Node, the driver and TypeORM may hold; not told by class, which realms have each their own of. */
interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  /** Of an AggregateError: one per address that was tried. */
  readonly errors?: unknown;
  readonly driverError?: Failure;
  readonly cause?: Failure;
}

/** The SQLSTATE of a failed statement, if `error` is one. */
export function sqlState(error: unknown): string | undefined {
  const { driverError, code } = (error ?? {}) as {
    driverError?: { code?: unknown };
    code?: unknown;
  };
  const state = driverError?.code ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}
