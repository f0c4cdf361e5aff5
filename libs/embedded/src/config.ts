import { resolve } from 'node:path';

import { integer, parseEnvironment, secret, url } from '@runnel/config';
import { z } from 'zod';

import type { Credentials } from './credentials';

/** What `npm start` reads from the environment (DESIGN, "Running it"). */
export interface StartConfig {
  readonly dataFolder: string;
  readonly port: number;
  readonly databaseUrl?: string;
  readonly natsUrl?: string;
  readonly secret?: string;
  readonly cacheFolder?: string;
  readonly credentials: Partial<Credentials>;
}

const schema = z.object({
  PORT: integer(0, 65_535, 8_080),
  RUNNEL_DATA_DIR: z.string().default('.runnel'),
  RUNNEL_CACHE_DIR: z.string().optional(),
  RUNNEL_DATABASE_URL: url('postgres', 'postgresql').optional(),
  RUNNEL_NATS_URL: url('nats', 'tls').optional(),
  RUNNEL_SECRET: secret(32).optional(),
  RUNNEL_ADMIN_EMAIL: z.email().max(254).optional(),
  RUNNEL_ADMIN_PASSWORD: z.string().min(8).optional(),
  RUNNEL_API_KEY: z
    .string()
    .regex(/^[\w-]{24,128}$/, 'must be 24 to 128 of A-Z a-z 0-9 _ -')
    .optional(),
});

/**
 * Parses the starter's variables; relative folders are seen from `root`.
 * @throws ConfigurationError naming every wrong variable at once
 */
export function readStartConfig(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): StartConfig {
  const read = parseEnvironment(schema, environment);
  return present({
    dataFolder: resolve(root, read.RUNNEL_DATA_DIR),
    port: read.PORT,
    databaseUrl: read.RUNNEL_DATABASE_URL,
    natsUrl: read.RUNNEL_NATS_URL,
    secret: read.RUNNEL_SECRET?.reveal(),
    cacheFolder:
      read.RUNNEL_CACHE_DIR === undefined ? undefined : resolve(root, read.RUNNEL_CACHE_DIR),
    credentials: present({
      email: read.RUNNEL_ADMIN_EMAIL,
      password: read.RUNNEL_ADMIN_PASSWORD,
      apiKey: read.RUNNEL_API_KEY,
    }),
  });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops the keys whose value is undefined. */
function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined),
  ) as Present<T>;
}
