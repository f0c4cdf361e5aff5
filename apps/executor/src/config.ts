import { commonVariables, integer, parseEnvironment } from '@runnel/config';
import { fitForProduction } from '@runnel/service';
import { z } from 'zod';

/** What the executor reads; docs/configuration.md is made of it. */
export const executorVariables = z.object({
  ...commonVariables,
  RUNNEL_EXECUTOR_CONCURRENCY: integer(1, 10_000, 256).describe('attempts held at once'),
  RUNNEL_SANDBOX_PROCESSES: integer(0, 64, 0).describe(
    'sandbox child processes, at most; 0 means one per core, two at most',
  ),
  RUNNEL_EGRESS_ALLOW: z
    .string()
    .default('')
    .meta({ accepts: 'list of host, host:port, CIDR, CIDR:port' })
    .describe('what outbound calls may reach although it is private'),
  RUNNEL_HEARTBEAT_MS: integer(100, 60_000, 5_000).describe(
    "time between two signs of life; the scheduler's `RUNNEL_LEASE_SECONDS` should be three of them",
  ),
});

type Environment = Readonly<Record<string, string | undefined>>;

export type ExecutorConfig = z.output<typeof executorVariables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('EXECUTOR_CONFIG');

/** The executor's environment. Throws ConfigurationError naming all that is wrong. */
export function readConfig(environment: Environment = process.env): ExecutorConfig {
  return parseEnvironment(fitForProduction(executorVariables), environment);
}
