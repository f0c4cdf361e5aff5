import type { AppError, ErrorKind } from './app-error';

const KINDS: readonly string[] = ['invalid_input', 'domain', 'concurrency', 'unavailable'];

/** True when `error` is one of ours, and has the given code if one is given. Works across copies of the module. */
export function isAppError(error: unknown, code?: string): error is AppError {
  if (!(error instanceof Error)) return false;
  const candidate = error as Partial<AppError>;
  if (typeof candidate.code !== 'string' || !KINDS.includes(candidate.kind ?? '')) return false;
  return code === undefined || candidate.code === code;
}

/** True when `error` is one of ours and of the given kind. */
export function isErrorOfKind(error: unknown, kind: ErrorKind): error is AppError {
  return isAppError(error) && error.kind === kind;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
