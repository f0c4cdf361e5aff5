import type { ConnectionAuth, ConnectionView } from '@runnel/messaging';
import { z } from 'zod';

import { idParam } from '../../http/query';
import { operation } from '../../http/route-declaration';

const field = z.string().min(1).max(64).optional();
const auth = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.literal('bearer'), field }),
  z.strictObject({
    scheme: z.literal('header'),
    header: z.string().min(1).max(64),
    prefix: z.string().max(50).optional(),
    field,
  }),
  z.strictObject({ scheme: z.literal('basic'), usernameField: field, passwordField: field }),
]);

const connection = z.object({
  id: z.string(),
  provider: z.string(),
  displayName: z.string(),
  type: z.enum(['oauth', 'api_key', 'multi_field']),
  status: z.enum(['active', 'expired', 'revoked', 'invalid']),
  scopes: z.array(z.string()).optional(),
  allowedHosts: z.array(z.string()),
  auth,
  fields: z.array(z.string()).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export type ConnectionResponse = z.output<typeof connection>;

const common = { tag: 'connections', errors: 'flat' } as const;
const params = z.object({ id: idParam });
const providerParam = z.object({ provider: idParam });
const secret = z.string().min(1).max(100_000);
const fields = z.record(z.string().max(64), secret);
const displayName = z.string().trim().min(1).max(100).optional();
const allowedHosts = z.array(z.string().max(300)).max(100).optional();
const described = {
  provider: z.string().trim().min(1).max(64),
  displayName,
  allowedHosts,
  auth: auth.optional(),
};

export const listConnections = operation({
  ...common,
  summary: 'List the connections of the project',
  response: z.array(connection),
});
export const getConnection = operation({
  ...common,
  summary: 'Get a connection, without its credential',
  params,
  response: connection,
});
export const createApiKey = operation({
  ...common,
  summary: 'Connect with an API key; it also becomes a secret in all environments',
  status: 201,
  body: z.strictObject({ ...described, apiKey: secret, seedSecret: z.boolean().optional() }),
  response: connection,
});
export const createMultiField = operation({
  ...common,
  summary: 'Connect with several fields, e.g. e-mail, token and URL',
  status: 201,
  body: z.strictObject({ ...described, fields }),
  response: connection,
});
export const updateConnection = operation({
  ...common,
  summary: 'Change a connection; where its credential goes only together with the credential',
  params,
  body: z.strictObject({
    displayName,
    apiKey: secret.optional(),
    fields: fields.optional(),
    allowedHosts,
    auth: auth.optional(),
  }),
  response: connection,
});
export const deleteConnection = operation({
  ...common,
  summary: 'Delete a connection, and the secrets that came of it',
  status: 204,
  params,
});
export const testConnection = operation({
  ...common,
  summary: 'Find out whether the credential is accepted',
  limit: 'execute',
  params,
  body: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(8_192)
        .optional(),
    })
    .optional(),
  response: z.object({
    success: z.boolean(),
    message: z.string().optional(),
    error: z.string().optional(),
    status: z.int().optional(),
  }),
});
export const startOAuth = operation({
  ...common,
  summary: 'Begin to connect an account: where the browser is to go',
  limit: 'write',
  params: providerParam,
  query: z.object({ displayName }),
  response: z.object({ url: z.string() }),
});
export const finishOAuth = operation({
  ...common,
  summary: 'Where the provider sends the browser back to',
  limit: 'write',
  params: providerParam,
  // Providers add parameters of their own.
  query: z.object({
    state: z.string().min(1).max(1_000),
    code: z.string().min(1).max(4_096).optional(),
    error: z.string().max(1_000).optional(),
  }),
  response: connection,
});

/** A connection as the API shows it: its credential is not even known here. */
export function toConnectionResponse(view: ConnectionView): ConnectionResponse {
  return {
    id: view.id,
    provider: view.provider,
    displayName: view.displayName,
    type: view.type,
    status: view.status,
    ...(view.scopes !== undefined && { scopes: [...view.scopes] }),
    allowedHosts: [...view.allowedHosts],
    auth: view.auth,
    ...(view.fields !== undefined && { fields: [...view.fields] }),
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** `auth` of a request for the service: absent fields stay absent. */
export function toConnectionAuth(given: z.output<typeof auth>): ConnectionAuth {
  return JSON.parse(JSON.stringify(given)) as ConnectionAuth;
}
