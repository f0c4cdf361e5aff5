import { z } from 'zod';

import { Secret } from './secret';

/** What a variable tells the reader of docs/configuration.md besides its `describe()` text. */
declare module 'zod' {
  interface GlobalMeta {
    /** Which values are taken, where the schema's own shape does not say it. */
    accepts?: string;
    /** What holds while the variable is not set, where that is not one value. */
    unset?: string;
  }
}

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum));

/** A whole number with bounds and a default. */
export function integer(minimum: number, maximum: number, fallback: number) {
  return wholeNumber(minimum, maximum)
    .default(fallback)
    .meta({ accepts: `${minimum} to ${maximum}` });
}

/** `on` or `off`. */
export function onOff(fallback: boolean) {
  return z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .default(fallback);
}

/** A URL with one of the given schemes. */
export function url(...schemes: readonly string[]) {
  return z
    .string()
    .refine((text) => isUrlOf(text, schemes), `must be a URL with scheme ${schemes.join(' or ')}`)
    .meta({ accepts: `URL: ${listed(schemes)}` });
}

/** One or more URLs with one of the given schemes, separated by commas. */
export function urls(...schemes: readonly string[]) {
  return z
    .string()
    .refine(
      (text) => text.split(',').every((part) => isUrlOf(part, schemes)),
      `must be URLs with scheme ${schemes.join(' or ')}, separated by commas`,
    )
    .meta({ accepts: `URLs, comma-separated: ${listed(schemes)}` });
}

function isUrlOf(text: string, schemes: readonly string[]): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  return schemes.includes(new URL(text).protocol.replace(':', ''));
}

function listed(schemes: readonly string[]): string {
  return schemes.map((scheme) => `\`${scheme}://\``).join(', ');
}

/** A text of at least `minimumLength` characters that is never printed. */
export function secret(minimumLength: number) {
  return z
    .string()
    .min(minimumLength, `must have at least ${minimumLength} characters`)
    .transform((value) => new Secret(value))
    .meta({ accepts: `secret, at least ${minimumLength} characters` });
}

/**
 * The variables that every service knows (DESIGN, "Running it"). `npm start` sets the URLs, the secret
 * and the management ports; elsewhere the operator does.
 */
export const commonVariables = {
  RUNNEL_PROFILE: z
    .enum(['local', 'production'])
    .default('local')
    .describe('`production` refuses what is only fit for a laptop'),
  RUNNEL_NATS_URL: urls('nats', 'tls').describe(
    'NATS servers, with `max_payload: 8MB` in their configuration',
  ),
  RUNNEL_NATS_SYNC: z
    .enum(['always', 'interval'])
    .default('interval')
    .describe(
      'how those servers sync (`sync_interval`): a client cannot ask, so say it; production needs `always` or 3 replicas',
    ),
  RUNNEL_NATS_REPLICAS: integer(1, 5, 1).describe(
    'copies of each stream; to change it later, edit the streams besides',
  ),
  RUNNEL_SHARDS: integer(1, 64, 4).describe('streams of the log; fixed at first start'),
  RUNNEL_MANAGEMENT_HOST: z
    .string()
    .default('127.0.0.1')
    .meta({ accepts: 'address' })
    .describe('where `/healthz`, `/readyz` and `/metrics` listen'),
  RUNNEL_MANAGEMENT_PORT: integer(0, 65_535, 0).describe('their port; 0 takes a free one'),
  RUNNEL_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('the least serious log lines that are written'),
  RUNNEL_SHUTDOWN_GRACE_MS: integer(100, 600_000, 10_000).describe(
    'time to stop in order after SIGTERM, before the process is cut off',
  ),
};

/** The database of the services that have a schema of their own. */
export const databaseVariables = {
  RUNNEL_DATABASE_URL: url('postgres', 'postgresql')
    .transform((value) => new Secret(value))
    .describe('Postgres'),
  RUNNEL_DATABASE_POOL_SIZE: integer(1, 200, 10).describe('connections per process, at most'),
};
