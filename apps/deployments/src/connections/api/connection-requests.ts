import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId, line } from '../../decoding/texts';

const identity = identitySchema;
const field = z.string().min(1).max(64).optional();
/** RFC 9110, 5.6.2, without the odder characters. */
const header = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be the name of a header');
const secret = z.string().max(100_000, 'is too long');

const auth = z.discriminatedUnion(
  'scheme',
  [
    z.object({ scheme: z.literal('bearer'), field }),
    z.object({
      scheme: z.literal('header'),
      header,
      prefix: z.string().max(50).optional(),
      field,
    }),
    z.object({ scheme: z.literal('basic'), usernameField: field, passwordField: field }),
  ],
  'must have a scheme: bearer, header or basic',
);
const fields = z.record(z.string().max(1_000), secret);
const common = {
  identity,
  provider: line(64),
  displayName: line(100).optional(),
  allowedHosts: z.array(z.string().max(300)).max(100).optional(),
  auth: auth.optional(),
};

export const callerSchema = z.object({ identity });
export const byIdSchema = z.object({ identity, id: anyId });
export const apiKeySchema = z.object({
  ...common,
  apiKey: secret,
  seedSecret: z.boolean().default(true),
});
export const multiFieldSchema = z.object({ ...common, fields });
export const updateSchema = byIdSchema.extend({
  displayName: common.displayName,
  apiKey: secret.optional(),
  fields: fields.optional(),
  allowedHosts: common.allowedHosts,
  auth: common.auth,
});
export const testSchema = byIdSchema.extend({ url: z.string().max(8_192).optional() });
export const startSchema = z.object({
  identity,
  provider: anyId,
  redirectUri: z.string().max(2_000),
  displayName: line(100).optional(),
});
export const finishSchema = z.object({
  identity,
  provider: anyId,
  state: z.string().max(1_000),
  code: z.string().max(4_096).optional(),
  error: z.string().max(1_000).optional(),
});
export const authorizeSchema = z.object({
  project: z.string(),
  connectionId: anyId,
  url: z.string().max(100_000),
});
