import { commonVariables, databaseVariables, integer, parseEnvironment } from '@runnel/config';
import { fitForProduction } from '@runnel/service';
import { z } from 'zod';

/** What the scheduler reads; docs/configuration.md is made of it. */
export const schedulerVariables = z.object({
  ...commonVariables,
  ...databaseVariables,
  RUNNEL_LEASE_SECONDS: integer(2, 600, 15).describe(
    'silence after which an executor counts as dead',
  ),
  RUNNEL_DISPATCH_WINDOW: integer(1, 10_000, 512).describe(
    'runs of one shard that are offered to executors and not yet taken, at most',
  ),
  RUNNEL_PROJECT_CONCURRENCY: integer(0, 100_000, 512).describe(
    'runs of one project that are offered or worked on at a time, spread evenly over the shards; 0 means no limit',
  ),
  RUNNEL_BREAKER_THRESHOLD: integer(0, 100, 5).describe(
    'failed runs in a row that pause a deployment; 0 means never',
  ),
});

type Environment = Readonly<Record<string, string | undefined>>;

export type SchedulerConfig = z.output<typeof schedulerVariables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('SCHEDULER_CONFIG');

/** The scheduler's environment. Throws ConfigurationError naming all that is wrong. */
export function readConfig(environment: Environment = process.env): SchedulerConfig {
  return parseEnvironment(fitForProduction(schedulerVariables), environment);
}
