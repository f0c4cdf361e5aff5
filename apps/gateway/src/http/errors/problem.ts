import { isAppError } from '@runnel/errors';

import { statusOf } from './status-of';

/** An error as it leaves over HTTP, before a door gives it its shape. */
export interface Problem {
  readonly status: number;
  /** Stable, SCREAMING_SNAKE. */
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields of the body that the contract names. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Raised before the route's own code: written flat at the automation door (contracts/automation.md A.3). */
  readonly global?: boolean;
}

type Options = Pick<Problem, 'headers' | 'extra' | 'global'> & ErrorOptions;

/** What the HTTP edge itself refuses, where no service has been asked yet. */
export class HttpProblem extends Error implements Problem {
  readonly headers: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly global: boolean;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options: Options = {},
  ) {
    super(message, options);
    this.name = 'HttpProblem';
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
    this.global = options.global ?? false;
  }
}

const INTERNAL: Problem = {
  status: 500,
  code: 'INTERNAL',
  message: 'internal server error',
  global: true,
};

/** Anything that was thrown, as a problem. What we do not know is a bug: 500, without details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error;
  if (isAppError(error)) return ofAppError(error);
  return ofFramework(error) ?? INTERNAL;
}

function ofAppError(error: Parameters<typeof statusOf>[0]): Problem {
  const status = statusOf(error);
  const { code, message, details } = error;
  const problem: Problem = { status, code, message, global: status === 403 };
  if (code === 'TRANSPILE_FAILED') {
    return {
      ...problem,
      extra: { errors: details['errors'] ?? [], warnings: details['warnings'] ?? [] },
    };
  }
  if (status !== 503) return problem;
  const seconds = Number(details['retryAfterSeconds'] ?? 1);
  return { ...problem, headers: { 'retry-after': String(Number.isFinite(seconds) ? seconds : 1) } };
}

const FRAMEWORK_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

const STATUS_CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Refusals of Fastify (`statusCode`, `code`) and Nest (`getStatus()`): those below 500 are the client's doing. */
function ofFramework(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode, getStatus } = error as Error & {
    code?: string;
    statusCode?: number;
    getStatus?: () => number;
  };
  const status = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  if (status === undefined || status < 400 || status >= 500) return undefined;
  const known = FRAMEWORK_CODES[code ?? ''] ?? STATUS_CODES[status] ?? 'BAD_REQUEST';
  return { status, code: known, message: MESSAGES[known] ?? error.message, global: true };
}

const MESSAGES: Readonly<Record<string, string>> = {
  PAYLOAD_TOO_LARGE: 'the request body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'the request body must be application/json',
};
