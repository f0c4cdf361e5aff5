import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId, line, prose } from '../../decoding/texts';

const MAX_TAGS = 50;
const identity = identitySchema;
const tags = z
  .array(line(64))
  .max(MAX_TAGS, `must have at most ${MAX_TAGS} entries`)
  .transform((list) => [...new Set(list)]);
const fields = {
  description: prose(10_000).nullish(),
  isPublic: z.boolean().optional(),
  isTemplate: z.boolean().optional(),
  tags: tags.optional(),
  /** Judged by `readGraph`. */
  graphData: z.unknown().optional(),
};
const instant = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });

export const createSchema = z.object({
  identity,
  fields: z.object({ ...fields, name: line(255) }),
});

export const getSchema = z.object({ identity, id: anyId });

export const listSchema = z.object({
  identity,
  search: prose(255).optional(),
  isPublic: z.boolean().optional(),
  isTemplate: z.boolean().optional(),
  tags: z.array(prose(64)).max(MAX_TAGS, `must have at most ${MAX_TAGS} entries`).optional(),
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100'),
  offset: z
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .max(1_000_000_000, 'must be at most 1000000000'),
  sortBy: z.enum(['name', 'createdAt', 'updatedAt'], 'must be name, createdAt or updatedAt'),
  sortOrder: z.enum(['asc', 'desc'], 'must be asc or desc'),
});

export const updateSchema = z.object({
  identity,
  id: anyId,
  fields: z.object({ ...fields, name: line(255).optional() }),
  ifUpdatedAt: instant.transform((text) => new Date(text)).optional(),
});

export const deleteSchema = z.object({ identity, id: anyId, force: z.boolean() });

export const transpileSchema = z.object({
  identity,
  graphData: z.unknown(),
  trace: z.boolean(),
  breakpoints: z.array(z.string().max(256)).max(1_000, 'must have at most 1000 entries'),
  pinnedNodes: z.record(z.string(), z.unknown()),
});
