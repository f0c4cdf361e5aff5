import type { AppError } from '@runnel/errors';

/**
 * HTTP status of the codes whose status does not follow from their kind (docs/errors.md;
 * contracts/automation.md D and E name the code and the status side by side).
 */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  TOKEN_REVOKED: 401,
  MISSING_SIGNATURE: 401,
  INVALID_SIGNATURE: 401,
  TIMESTAMP_OUT_OF_RANGE: 401,
  FORBIDDEN: 403,
  REGISTRATION_CLOSED: 403,
  LOCAL_AUTH_DISABLED: 403,
  NOT_DEPLOYED: 404,
  PAYLOAD_TOO_LARGE: 413,
  COMMIT_TOO_LARGE: 413,
  TRANSPILE_FAILED: 422,
  PAUSED: 400,
  ALREADY_PAUSED: 400,
  NOT_PAUSED: 400,
  DEPLOYMENT_NOT_ACTIVE: 400,
  NOTHING_TO_REDEPLOY: 400,
  NO_SCHEDULE: 400,
  NO_EVENT_DATA: 400,
  TRIGGER_MISSING: 400,
  INVALID_STATUS: 400,
  INVALID_CODE: 400,
  OAUTH_NOT_CONFIGURED: 400,
  OAUTH_STATE_INVALID: 400,
  OAUTH_FAILED: 401,
};

/** HTTP status of an error of ours: by its code where the contract names one, else by its kind (STYLE 6). */
export function statusOf(error: AppError): number {
  const status = STATUS_OF_CODE[error.code];
  if (status !== undefined) return status;
  switch (error.kind) {
    case 'invalid_input':
      return 400;
    case 'domain':
      return error.code.endsWith('NOT_FOUND') ? 404 : 409;
    case 'concurrency':
    case 'unavailable':
      return 503;
  }
}
