import { ConfigurationError, EX_CONFIG } from '@runnel/config';
import { messageOf } from '@runnel/errors';

/**
 * Runs a script to its end and prints the line it returns. The process ends with code 0, with 78 when the configuration
 * cannot be used, with 1 when anything else goes wrong, and says why.
 */
export async function runScript(work: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await work()}\n`);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = error instanceof ConfigurationError ? EX_CONFIG : 1;
  }
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause ? ` (${messageOf(error.cause)})` : '';
  return `error: ${messageOf(error)}${cause}`;
}
