/** Exit code of a start that the environment or the arguments make impossible (sysexits.h, EX_CONFIG). */
export const EXIT_CONFIGURATION = 78;
/** Exit code of a start that failed for any other reason. */
export const EXIT_FAILURE = 1;

/** A failed start that the person at the terminal can cure: the message is one sentence that says how. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT_FAILURE,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StartError';
  }
}

/** The `code` of a system error (`EACCES`, `ENOENT`), or the empty string. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}
