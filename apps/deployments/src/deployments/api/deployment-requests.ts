import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId } from '../../decoding/texts';

const identity = identitySchema;
const wholeNumber = z.int('must be a whole number').min(1, 'must be at least 1');

export const deploySchema = z.object({
  identity,
  patternId: anyId,
  environmentId: anyId.optional(),
});
export const ofPatternSchema = z.object({ identity, patternId: anyId });
export const byIdSchema = z.object({ identity, id: anyId });
export const callerSchema = z.object({ identity });

export const listSchema = z.object({
  identity,
  status: z.enum(['active', 'paused', 'failed'], 'must be active, paused or failed').optional(),
  page: wholeNumber.max(10_000_000, 'must be at most 10000000'),
  limit: wholeNumber.max(100, 'must be at most 100'),
});

export const endpointsSchema = z.object({ identity, deploymentId: anyId });
export const endpointSchema = endpointsSchema.extend({ endpointId: anyId });
export const updateEndpointSchema = endpointSchema.extend({
  signatureMode: z
    .enum(['required', 'optional', 'none'], 'must be required, optional or none')
    .optional(),
  requireTimestamp: z.boolean().optional(),
});
