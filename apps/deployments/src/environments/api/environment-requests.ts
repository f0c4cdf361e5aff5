import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId, line } from '../../decoding/texts';

const identity = identitySchema;
/** Longer than any name or value that is accepted; the domain says what is wrong with those in between. */
const name = z.string().max(1_000, 'is too long');
const value = z.string().max(65_536, 'is too long');
const variables = z.record(z.string().max(1_000), value);

export const callerSchema = z.object({ identity });
export const byIdSchema = z.object({ identity, id: anyId });
export const createSchema = z.object({
  identity,
  name: line(100),
  variables: variables.optional(),
});
export const updateSchema = byIdSchema.extend({
  name: line(100).optional(),
  variables: variables.optional(),
});
export const namedSchema = byIdSchema.extend({ name });
export const putSchema = namedSchema.extend({ value });
export const runSchema = z.object({
  project: z.string(),
  deploymentId: anyId.optional(),
  environmentId: anyId.optional(),
});
