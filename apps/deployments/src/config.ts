import { deriveKeys, type DerivedKeys } from '@runnel/auth';
import {
  commonVariables,
  databaseVariables,
  integer,
  parseEnvironment,
  type Secret,
  secret,
  url,
} from '@runnel/config';
import type { RunPolicy } from '@runnel/run-domain';
import { fitForProduction, serviceSettings, type ServiceSettings } from '@runnel/service';
import { z } from 'zod';

import { type OAuthProvider, oauthProvidersVariable } from './oauth-providers/oauth-providers';

/** Injection token of this app's configuration. */
export const CONFIG = Symbol('CONFIG');

export interface DatabaseConfig {
  readonly databaseUrl: Secret;
  readonly databasePoolSize: number;
}

export interface DeploymentsConfig extends DatabaseConfig {
  readonly service: ServiceSettings;
  readonly keys: DerivedKeys;
  readonly registration: 'open' | 'closed';
  /** What calls to providers may reach although it is private. */
  readonly egressAllow: string;
  /** Where users can connect their accounts. */
  readonly oauthProviders: readonly OAuthProvider[];
  /** Absent where nobody can log in with GitHub. */
  readonly github: GithubConfig | undefined;
  /** Rules of the runs that deployments start. */
  readonly runPolicy: RunPolicy;
}

/** The OAuth application that this installation is at GitHub. */
export interface GithubConfig {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly url: string;
  readonly apiUrl: string;
}

/** The first user, project and key of an installation; what is absent is not made. */
export interface SeedConfig extends DatabaseConfig {
  readonly admin: { readonly email: string; readonly password: Secret } | undefined;
  readonly apiKey: Secret | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every variable that is wrong */
export function readConfig(environment: Environment): DeploymentsConfig {
  const variables = parseEnvironment(fitForProduction(consistentVariables), environment);
  return {
    ...databaseOf(variables),
    service: serviceSettings('deployments', variables),
    keys: deriveKeys(variables.RUNNEL_SECRET.reveal()),
    registration: variables.RUNNEL_REGISTRATION ?? defaultRegistration(variables.RUNNEL_PROFILE),
    egressAllow: variables.RUNNEL_EGRESS_ALLOW,
    oauthProviders: variables.RUNNEL_OAUTH_PROVIDERS ?? [],
    github: githubOf(variables),
    runPolicy: runPolicy(variables.RUNNEL_EXECUTION_TIMEOUT_MS, variables.RUNNEL_DEAD_LETTER_AFTER),
  };
}

/** What the migrations need. @throws ConfigurationError */
export function readDatabaseConfig(environment: Environment): DatabaseConfig {
  return databaseOf(parseEnvironment(z.object(databaseVariables), environment));
}

/** What the seed needs. @throws ConfigurationError */
export function readSeedConfig(environment: Environment): SeedConfig {
  const variables = parseEnvironment(consistentSeed, environment);
  const { RUNNEL_ADMIN_EMAIL: email, RUNNEL_ADMIN_PASSWORD: password } = variables;
  return {
    ...databaseOf(variables),
    admin: email !== undefined && password !== undefined ? { email, password } : undefined,
    apiKey: variables.RUNNEL_API_KEY,
  };
}

/** What the deployments service reads; docs/configuration.md is made of it. */
export const deploymentsVariables = z.object({
  ...commonVariables,
  ...databaseVariables,
  RUNNEL_SECRET: secret(32).describe(
    'signing and sealing keys are derived from it; the same as at the gateway',
  ),
  RUNNEL_REGISTRATION: z
    .enum(['open', 'closed'])
    .optional()
    .meta({ unset: '`open`; `closed` in production' })
    .describe('whether strangers may register; the same as at the gateway'),
  RUNNEL_EXECUTION_TIMEOUT_MS: integer(100, 900_000, 30_000).describe(
    "wall clock of a deployment's run",
  ),
  RUNNEL_DEAD_LETTER_AFTER: integer(1, 100, 3).describe(
    'attempts after which a failing run is a dead letter',
  ),
  RUNNEL_EGRESS_ALLOW: z
    .string()
    .default('')
    .meta({ accepts: 'list of host, host:port, CIDR, CIDR:port' })
    .describe(
      'private addresses that calls to OAuth providers may reach; the same as at executors',
    ),
  RUNNEL_OAUTH_PROVIDERS: oauthProvidersVariable,
  RUNNEL_GITHUB_CLIENT_ID: z
    .string()
    .max(200)
    .optional()
    .meta({ accepts: 'text', unset: 'nobody can sign in with GitHub' })
    .describe('of the OAuth application at GitHub; the gateway needs it too'),
  RUNNEL_GITHUB_CLIENT_SECRET: secret(1)
    .optional()
    .meta({ accepts: 'secret', unset: 'nobody can sign in with GitHub' })
    .describe('of that application; no other service is told'),
  RUNNEL_GITHUB_URL: url('http', 'https')
    .default('https://github.com')
    .describe('GitHub itself, or an enterprise server'),
  RUNNEL_GITHUB_API_URL: url('http', 'https').default('https://api.github.com').describe('its API'),
});

const consistentVariables = deploymentsVariables.refine(
  (service) =>
    (service.RUNNEL_GITHUB_CLIENT_ID === undefined) ===
    (service.RUNNEL_GITHUB_CLIENT_SECRET === undefined),
  'RUNNEL_GITHUB_CLIENT_ID and RUNNEL_GITHUB_CLIENT_SECRET must be set together',
);

/** Both the id and the secret make an application. */
function githubOf(variables: z.output<typeof deploymentsVariables>): GithubConfig | undefined {
  const { RUNNEL_GITHUB_CLIENT_ID: clientId, RUNNEL_GITHUB_CLIENT_SECRET: clientSecret } =
    variables;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const trim = (text: string): string => text.replace(/\/+$/, '');
  const [site, api] = [variables.RUNNEL_GITHUB_URL, variables.RUNNEL_GITHUB_API_URL];
  return { clientId, clientSecret, url: trim(site), apiUrl: trim(api) };
}

/** What the seed reads; docs/configuration.md is made of it. */
export const seedVariables = z.object({
  ...databaseVariables,
  RUNNEL_ADMIN_EMAIL: z
    .string()
    .max(254)
    .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
    .optional()
    .meta({ accepts: 'e-mail address', unset: 'no user is made' })
    .describe('the first user, an admin with a project'),
  RUNNEL_ADMIN_PASSWORD: secret(8)
    .optional()
    .meta({ unset: 'no user is made' })
    .describe('the password of that user'),
  RUNNEL_API_KEY: secret(24)
    .refine((key) => /^[\w-]{24,128}$/.test(key.reveal()), 'must be 24 to 128 of A-Z a-z 0-9 _ -')
    .optional()
    .meta({ accepts: 'secret, 24 to 128 of `A-Z a-z 0-9 _ -`', unset: 'no key is made' })
    .describe("a key with all scopes for that user's project"),
});

const consistentSeed = seedVariables
  .refine(
    (seed) =>
      (seed.RUNNEL_ADMIN_EMAIL === undefined) === (seed.RUNNEL_ADMIN_PASSWORD === undefined),
    'RUNNEL_ADMIN_EMAIL and RUNNEL_ADMIN_PASSWORD must be set together',
  )
  .refine(
    (seed) => seed.RUNNEL_API_KEY === undefined || seed.RUNNEL_ADMIN_EMAIL !== undefined,
    'RUNNEL_API_KEY needs RUNNEL_ADMIN_EMAIL: the key belongs to the project of that user',
  );

function databaseOf(variables: {
  RUNNEL_DATABASE_URL: Secret;
  RUNNEL_DATABASE_POOL_SIZE: number;
}): DatabaseConfig {
  return {
    databaseUrl: variables.RUNNEL_DATABASE_URL,
    databasePoolSize: variables.RUNNEL_DATABASE_POOL_SIZE,
  };
}

function defaultRegistration(profile: 'local' | 'production'): 'open' | 'closed' {
  return profile === 'production' ? 'closed' : 'open';
}

/** One try unless somebody asks for another; a crash of an executor is not a failed try (docs/adr). */
function runPolicy(timeoutMs: number, deadLetterFrom: number): RunPolicy {
  return {
    maxAttempts: 1,
    retry: { strategy: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
    timeout: { ms: timeoutMs, scope: 'run' },
    deadLetterFrom,
    maxCrashesWithoutProgress: 5,
  };
}
