import { readFileSync } from 'node:fs';

import { Secret } from '@runnel/config';
import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });

const provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  displayName: z.string().min(1).max(100).optional(),
  authorizeUrl: url,
  tokenUrl: url,
  clientId: z.string().min(1).max(1_000),
  clientSecret: z
    .string()
    .max(1_000)
    .transform((text) => new Secret(text))
    .optional(),
  scopes: z.array(z.string().min(1).max(200)).max(100).default([]),
  /** Where the tokens may be sent, as in a connection's own `allowedHosts`. */
  allowedHosts: z.array(z.string().min(1).max(300)).max(20).default([]),
  /** How we prove who we are at the token URL: in the body, or by basic authentication. */
  tokenAuth: z.enum(['body', 'basic']).default('body'),
  /** Called by the connection's test. */
  testUrl: url.optional(),
});

/** A provider that the operator has registered this installation at. */
export type OAuthProvider = z.output<typeof provider>;

/** Injection token of the providers. */
export const OAUTH_PROVIDERS = Symbol('OAUTH_PROVIDERS');

/** RUNNEL_OAUTH_PROVIDERS: a JSON array, or the path of a file that holds one. Ids must differ. */
export const oauthProvidersVariable = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text.trim().startsWith('[') ? text : readFileSync(text, 'utf8')) as unknown;
    } catch {
      const message = 'must be a JSON array of providers, or the path of a file that holds one';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(provider)
      .max(100)
      .refine(
        (providers) => new Set(providers.map(({ id }) => id)).size === providers.length,
        'must not name a provider twice',
      ),
  )
  .optional()
  .meta({ accepts: 'JSON, or the path of a file with it', unset: 'no provider' })
  .describe(
    'providers that users can connect their accounts at, as a JSON array (docs/secrets-and-connections.md); no other service is told',
  );
