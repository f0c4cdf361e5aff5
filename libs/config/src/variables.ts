import { z } from 'zod';

import { Secret } from './secret';

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum));

/** A whole number with bounds and a default. */
export function integer(minimum: number, maximum: number, fallback: number) {
  return wholeNumber(minimum, maximum).default(fallback);
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
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(':', '')),
      `must be a URL with scheme ${schemes.join(' or ')}`,
    );
}

/** A text of at least `minimumLength` characters that is never printed. */
export function secret(minimumLength: number) {
  return z
    .string()
    .min(minimumLength, `must have at least ${minimumLength} characters`)
    .transform((value) => new Secret(value));
}

/**
 * The variables that every service knows (DESIGN, "Running it"). `npm start` sets the URLs, the secret
 * and the management ports; elsewhere the operator does.
 */
export const commonVariables = {
  RUNNEL_PROFILE: z.enum(['local', 'production']).default('local'),
  RUNNEL_NATS_URL: url('nats', 'tls'),
  RUNNEL_MANAGEMENT_PORT: integer(0, 65_535, 0),
  RUNNEL_MANAGEMENT_HOST: z.string().default('127.0.0.1'),
  RUNNEL_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  /** How the NATS servers sync: a client cannot ask them, so the operator says it (docs/operations). */
  RUNNEL_NATS_SYNC: z.enum(['always', 'interval']).default('interval'),
  RUNNEL_NATS_REPLICAS: integer(1, 5, 1),
  RUNNEL_SHARDS: integer(1, 64, 4),
  RUNNEL_SHUTDOWN_GRACE_MS: integer(100, 600_000, 10_000),
};

/** The database of the services that have a schema of their own. */
export const databaseVariables = {
  RUNNEL_DATABASE_URL: url('postgres', 'postgresql').transform((value) => new Secret(value)),
  RUNNEL_DATABASE_POOL_SIZE: integer(1, 200, 10),
};
