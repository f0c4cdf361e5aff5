import type { z } from 'zod';

/** Exit code of a process whose configuration is wrong (sysexits.h, EX_CONFIG). */
export const EX_CONFIG = 78;

/** All that is wrong with the environment, one line per variable. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `Configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}

/**
 * Parses environment variables by a schema whose keys are their names. Empty strings count as unset.
 * @throws ConfigurationError naming every wrong variable at once
 */
export function parseEnvironment<S extends z.ZodType>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`,
    ),
  );
}
