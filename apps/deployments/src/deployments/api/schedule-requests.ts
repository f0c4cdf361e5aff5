import { z } from 'zod';

import { identitySchema } from '../../decoding/identity.schema';
import { anyId } from '../../decoding/texts';

const EARLIEST = Date.parse('1970-01-01T00:00:00Z');
const LATEST = Date.parse('3000-01-01T00:00:00Z');

/** An instant of years with four digits that the time zones know something about. */
const instant = z
  .string()
  .max(64, 'is too long')
  .refine((text) => {
    const at = Date.parse(text);
    return /^\d{4}-\d\d-\d\dT/.test(text) && at >= EARLIEST && at < LATEST;
  }, 'must be an ISO 8601 time from 1970 to 2999, e.g. 2026-03-29T00:00:00Z');

export const updateScheduleSchema = z.object({
  identity: identitySchema,
  deploymentId: anyId,
  cronExpression: z.string().max(1_000, 'must have at most 256 characters'),
  timezone: z.string().max(100, 'is too long').optional(),
  nodeId: anyId.optional(),
});

export const previewScheduleSchema = z.object({
  identity: identitySchema,
  deploymentId: anyId,
  count: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100'),
  from: instant.optional(),
  nodeId: anyId.optional(),
});

export const listSchedulesSchema = z.object({
  deploymentIds: z.array(anyId).max(50, 'must have at most 50 ids').optional(),
  after: anyId.optional(),
});
