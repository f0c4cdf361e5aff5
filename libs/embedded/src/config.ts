import { resolve } from 'node:path';

import { integer, parseEnvironment, secret, url, urls } from '@runnel/config';
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

/** What the starter reads; docs/configuration.md is made of it. */
export const startVariables = z.object({
  PORT: integer(0, 65_535, 8_080).describe('where users knock'),
  RUNNEL_DATA_DIR: z
    .string()
    .default('.runnel')
    .meta({ accepts: 'folder' })
    .describe('embedded data, kept secrets and logs; `npm run projections` looks there too'),
  RUNNEL_CACHE_DIR: z
    .string()
    .optional()
    .meta({ accepts: 'folder', unset: '`~/.cache/runnel/bin`' })
    .describe('where the fetched nats-server lies'),
  RUNNEL_DATABASE_URL: url('postgres', 'postgresql')
    .optional()
    .meta({ unset: 'an embedded one' })
    .describe('a Postgres to use instead'),
  RUNNEL_NATS_URL: urls('nats', 'tls')
    .optional()
    .meta({ unset: 'an embedded one' })
    .describe('NATS servers to use instead; say `RUNNEL_NATS_SYNC` and `RUNNEL_SHARDS` then'),
  RUNNEL_SECRET: secret(32)
    .optional()
    .meta({ unset: 'made and kept' })
    .describe('signing and sealing keys are derived from it'),
  RUNNEL_ADMIN_EMAIL: z
    .email()
    .max(254)
    .optional()
    .meta({ accepts: 'e-mail address', unset: '`admin@runnel.local`' })
    .describe('the first user'),
  RUNNEL_ADMIN_PASSWORD: z
    .string()
    .min(8)
    .optional()
    .meta({ accepts: 'secret, at least 8 characters', unset: 'made and kept' })
    .describe('the password of that user'),
  RUNNEL_API_KEY: z
    .string()
    .regex(/^[\w-]{24,128}$/, 'must be 24 to 128 of A-Z a-z 0-9 _ -')
    .optional()
    .meta({ accepts: 'secret, 24 to 128 of `A-Z a-z 0-9 _ -`', unset: 'made and kept' })
    .describe('the first key'),
});

/**
 * Parses the starter's variables; relative folders are seen from `root`.
 * @throws ConfigurationError naming every wrong variable at once
 */
export function readStartConfig(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): StartConfig {
  const read = parseEnvironment(startVariables, environment);
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
