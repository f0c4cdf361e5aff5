import { commonVariables, integer, onOff, parseEnvironment, secret } from '@runnel/config';
import { fitForProduction } from '@runnel/service';
import { z } from 'zod';

const perMinute = (fallback: number, counted: string, by: string) =>
  integer(1, 1_000_000, fallback).describe(`${counted} per minute and ${by}, per process`);

/** What the gateway reads; docs/configuration.md is made of it. */
export const gatewayVariables = z.object({
  ...commonVariables,
  PORT: integer(0, 65_535, 8080).describe('where users knock; 0 takes a free port'),
  RUNNEL_HOST: z
    .string()
    .max(255)
    .optional()
    .meta({ accepts: 'address', unset: 'loopback; all addresses if `RUNNEL_AUTH` is `required`' })
    .describe('address to listen on'),
  RUNNEL_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ accepts: 'URL: `https://`, `http://`', unset: '`http://localhost:<PORT>`' })
    .describe('what webhook URLs begin with, and whose pages may use a session cookie'),
  RUNNEL_AUTH: z
    .enum(['local', 'required'])
    .optional()
    .meta({ unset: '`local`; `required` in production' })
    .describe('`local` is for one machine and listens on loopback; production refuses it'),
  RUNNEL_SECRET: secret(32).describe(
    'signing and sealing keys are derived from it; the same as at deployments',
  ),
  RUNNEL_REGISTRATION: z
    .enum(['open', 'closed'])
    .optional()
    .meta({ unset: '`open`; `closed` in production' })
    .describe('whether strangers may register; the same as at deployments'),
  RUNNEL_GITHUB_CLIENT_ID: z
    .string()
    .max(200)
    .optional()
    .meta({ accepts: 'text', unset: 'nobody can sign in with GitHub' })
    .describe('of the OAuth application at GitHub; told to browsers. The same as at deployments'),
  RUNNEL_TRUST_PROXY: z
    .string()
    .max(1_000)
    .default('off')
    .meta({ accepts: '`off`, a number of hops, or addresses and CIDRs' })
    .describe('proxies whose `X-Forwarded-For` is believed'),
  RUNNEL_TEST_RUN_TIMEOUT_MS: integer(100, 900_000, 10_000).describe(
    'wall clock of a test run (`POST /api/execute/run`)',
  ),
  RUNNEL_MAX_STREAMS: integer(1, 100_000, 5_000).describe(
    'open event streams and sockets of this process',
  ),
  RUNNEL_MAX_STREAMS_PER_PROJECT: integer(1, 100_000, 2_500).describe(
    'those of one project in this process',
  ),
  RUNNEL_RATE_LIMITS: onOff(true).describe('`off` for benchmarks'),
  RUNNEL_RATE_LIMIT_WEBHOOK: perMinute(100, 'webhooks', 'address'),
  RUNNEL_RATE_LIMIT_LOGIN: perMinute(10, 'sign-ins and registrations', 'address'),
  RUNNEL_RATE_LIMIT_REFRESH: perMinute(30, 'refreshed sessions', 'address'),
  RUNNEL_RATE_LIMIT_READ: perMinute(300, 'reads', 'caller'),
  RUNNEL_RATE_LIMIT_WRITE: perMinute(60, 'writes', 'caller'),
  RUNNEL_RATE_LIMIT_EXECUTE: perMinute(60, 'runs started by hand', 'caller'),
  RUNNEL_RATE_LIMIT_TRANSPILE: perMinute(60, 'compilations', 'caller'),
  RUNNEL_RATE_LIMIT_CREDENTIAL: perMinute(30, 'unknown API keys', 'address'),
});

const variables = fitForProduction(gatewayVariables)
  .superRefine(
    (environment, context) => {
      if (environment.RUNNEL_PROFILE !== 'production' || environment.RUNNEL_AUTH !== 'local')
        return;
      context.addIssue({
        code: 'custom',
        path: ['RUNNEL_AUTH'],
        message: 'must be required when RUNNEL_PROFILE is production',
      });
    },
    // Also when other variables are wrong: all problems are told at once.
    { when: () => true },
  )
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
