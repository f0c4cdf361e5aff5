import { commonVariables, integer, parseEnvironment } from '@runnel/config';
import { z } from 'zod';

const variables = z.object({
  ...commonVariables,
  /** Attempts held at once. */
  RUNNEL_EXECUTOR_CONCURRENCY: integer(1, 10_000, 256),
  /** Sandbox child processes at most; 0 means one per core, two at most. */
  RUNNEL_SANDBOX_PROCESSES: integer(0, 64, 0),
  /** Hosts, host:port, CIDRs and CIDR:port that outbound calls may reach although they are private. */
  RUNNEL_EGRESS_ALLOW: z.string().default(''),
  /** Time between two signs of life; the scheduler's lease is three of them. */
  RUNNEL_HEARTBEAT_MS: integer(100, 60_000, 5_000),
});

export type ExecutorConfig = z.output<typeof variables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('EXECUTOR_CONFIG');

/** The executor's environment. Throws ConfigurationError naming all that is wrong. */
export function readConfig(): ExecutorConfig {
  return parseEnvironment(variables, process.env);
}
