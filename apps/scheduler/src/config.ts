import { commonVariables, databaseVariables, integer, parseEnvironment } from '@runnel/config';
import { z } from 'zod';

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  /** Silence after which an executor counts as dead. */
  RUNNEL_LEASE_SECONDS: integer(2, 600, 15),
  /** Runs of one shard that are offered to executors and not yet taken, at most. */
  RUNNEL_DISPATCH_WINDOW: integer(1, 10_000, 512),
});

export type SchedulerConfig = z.output<typeof variables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('SCHEDULER_CONFIG');

/** The scheduler's environment. Throws ConfigurationError naming all that is wrong. */
export function readConfig(): SchedulerConfig {
  return parseEnvironment(variables, process.env);
}
