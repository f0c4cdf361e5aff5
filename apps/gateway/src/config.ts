import { commonVariables, integer, onOff, parseEnvironment, secret } from '@runnel/config';
import { z } from 'zod';

const LIMIT_NAMES = 'requests per minute';

const variables = z
  .object({
    ...commonVariables,
    PORT: integer(0, 65_535, 8080),
    /** Address to listen on; by default loopback when RUNNEL_AUTH is local, else every address. */
    RUNNEL_HOST: z.string().max(255).optional(),
    /** `local` binds to loopback; `required` never lets anybody in without a credential. */
    RUNNEL_AUTH: z.enum(['local', 'required']).optional(),
    /** Signing and sealing keys are derived from it. */
    RUNNEL_SECRET: secret(32),
    /** Whether strangers may register; by default open locally and closed in production. */
    RUNNEL_REGISTRATION: z.enum(['open', 'closed']).optional(),
    /** `off` for benchmarks. */
    RUNNEL_RATE_LIMITS: onOff(true),
    RUNNEL_RATE_LIMIT_WEBHOOK: integer(1, 1_000_000, 100).describe(`${LIMIT_NAMES} and address`),
    RUNNEL_RATE_LIMIT_LOGIN: integer(1, 1_000_000, 10).describe(`${LIMIT_NAMES} and address`),
    RUNNEL_RATE_LIMIT_REFRESH: integer(1, 1_000_000, 30).describe(`${LIMIT_NAMES} and address`),
    RUNNEL_RATE_LIMIT_READ: integer(1, 1_000_000, 300).describe(`${LIMIT_NAMES} and caller`),
    RUNNEL_RATE_LIMIT_WRITE: integer(1, 1_000_000, 60).describe(`${LIMIT_NAMES} and caller`),
    RUNNEL_RATE_LIMIT_EXECUTE: integer(1, 1_000_000, 60).describe(`${LIMIT_NAMES} and caller`),
    RUNNEL_RATE_LIMIT_TRANSPILE: integer(1, 1_000_000, 60).describe(`${LIMIT_NAMES} and caller`),
    /** What webhook URLs begin with, e.g. https://runnel.example; by default the local address. */
    RUNNEL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Proxies whose X-Forwarded-For is believed: `off`, a number of hops, or addresses and CIDRs. */
    RUNNEL_TRUST_PROXY: z.string().max(1_000).default('off'),
    /** Wall clock of `POST /api/execute/run`. */
    RUNNEL_TEST_RUN_TIMEOUT_MS: integer(100, 900_000, 10_000),
    /** Open event streams and sockets of this process, and of one project in it. */
    RUNNEL_MAX_STREAMS: integer(1, 100_000, 5_000),
    RUNNEL_MAX_STREAMS_PER_PROJECT: integer(1, 100_000, 2_500),
  })
  .transform((environment) => {
    const production = environment.RUNNEL_PROFILE === 'production';
    const auth = environment.RUNNEL_AUTH ?? (production ? 'required' : 'local');
    return {
      ...environment,
      RUNNEL_AUTH: auth,
      RUNNEL_HOST: environment.RUNNEL_HOST ?? (auth === 'local' ? '127.0.0.1' : '0.0.0.0'),
      RUNNEL_REGISTRATION: environment.RUNNEL_REGISTRATION ?? (production ? 'closed' : 'open'),
      RUNNEL_PUBLIC_URL: (
        environment.RUNNEL_PUBLIC_URL ?? `http://localhost:${environment.PORT}`
      ).replace(/\/+$/, ''),
    };
  })
  .superRefine((environment, context) => {
    if (environment.RUNNEL_PROFILE === 'production' && environment.RUNNEL_AUTH === 'local') {
      context.addIssue({
        code: 'custom',
        path: ['RUNNEL_AUTH'],
        message: 'must be required when RUNNEL_PROFILE is production',
      });
    }
  });

export type GatewayConfig = z.output<typeof variables>;

/** Injection token of the parsed environment. */
export const CONFIG = Symbol('GATEWAY_CONFIG');

/** The gateway's configuration from environment variables. Throws ConfigurationError naming all that is wrong. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GatewayConfig {
  return parseEnvironment(variables, environment);
}
