import {
  commonVariables,
  databaseVariables,
  integer,
  parseEnvironment,
  type Secret,
} from '@runnel/config';
import { fitForProduction } from '@runnel/service';
import { z } from 'zod';

/** What the metrics service reads; docs/configuration.md is made of it. */
export const metricsVariables = z.object({
  ...commonVariables,
  ...databaseVariables,
  RUNNEL_PROJECTION_BATCH: integer(1, 5_000, 500).describe(
    'log entries folded in one transaction, at most',
  ),
  RUNNEL_PROJECTION_INTERVAL_MS: integer(0, 10_000, 100).describe(
    'least time between two transactions of a shard that are not full',
  ),
  RUNNEL_PROJECTION_LAG_SECONDS: integer(1, 86_400, 30).describe(
    'how far read models may be behind the log before this service counts as not ready',
  ),
  RUNNEL_AUDIT_SECONDS: integer(1, 86_400, 30).describe(
    'how often a sample of runs is folded from the log and compared with the read models',
  ),
  RUNNEL_AUDIT_RUNS: integer(1, 1_000, 10).describe('runs per shard in such a sample'),
  RUNNEL_HOT_DAYS: integer(0, 3_650, 30).describe(
    'days for which the log keeps a run that has ended; afterwards only the read models do. 0: until they hold it',
  ),
  RUNNEL_STATISTICS_DAYS: integer(31, 3_650, 90).describe(
    'days for which the buckets of statistics are kept; the API answers for 30',
  ),
  RUNNEL_RETENTION_SECONDS: integer(1, 86_400, 300).describe(
    'how often ended runs are taken out of the log and old buckets are removed',
  ),
  RUNNEL_LOG_SUBJECTS_ALARM: integer(1, 1_000_000_000, 5_000_000).describe(
    'subjects in the log, two per run at most, from which on there is an alarm: the server keeps them in memory',
  ),
});

export type MetricsConfig = z.output<typeof metricsVariables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('METRICS_CONFIG');

type Environment = Readonly<Record<string, string | undefined>>;

/** The service's environment. Throws ConfigurationError naming all that is wrong. */
export function readConfig(environment: Environment = process.env): MetricsConfig {
  return parseEnvironment(fitForProduction(metricsVariables), environment);
}

/** Where the migrations and the command over projections find the database. Throws ConfigurationError. */
export function readDatabaseConfig(environment: Environment = process.env): {
  readonly RUNNEL_DATABASE_URL: Secret;
} {
  return parseEnvironment(z.object(databaseVariables), environment);
}
