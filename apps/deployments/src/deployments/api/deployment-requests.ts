import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId } from '../../decoding/texts';

const identity = identitySchema;
const wholeNumber = z.int('must be a whole number').min(1, 'must be at least 1');

const retryPolicy = z.object({
  maxAttempts: wholeNumber.max(10, 'must be at most 10'),
  backoffSeconds: z.number().min(1, 'must be at least 1').max(3_600, 'must be at most 3600'),
  factor: z.number().min(1, 'must be at least 1').max(10, 'must be at most 10'),
});
const runSettings = {
  retryPolicy: retryPolicy.nullable().exactOptional(),
  timeoutMs: z
    .int('must be a whole number')
    .min(100, 'must be at least 100')
    .max(900_000, 'must be at most 900000')
    .nullable()
    .exactOptional(),
};

export const deploySchema = z.object({
  ...runSettings,
  identity,
  patternId: anyId,
  environmentId: anyId.optional(),
});
export const ofPatternSchema = z.object({ identity, patternId: anyId });
export const byIdSchema = z.object({ identity, id: anyId });
export const updateDeploymentSchema = z.object({ ...runSettings, identity, id: anyId });
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
