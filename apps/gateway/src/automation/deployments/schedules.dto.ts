import { z } from 'zod';

import { idParam, limitParam } from '../../http/query';
import { operation } from '../../http/route-declaration';
import { successSchema } from '../envelopes';

const common = { tag: 'deployments', errors: 'nested' } as const;
const params = z.object({ id: idParam });

export const updateSchedule = operation({
  ...common,
  summary: 'Change when a deployment runs by itself, until its next deploy',
  params,
  body: z.strictObject({
    cronExpression: z.string().min(1).max(256),
    timezone: z.string().min(1).max(64).optional(),
    nodeId: z.string().min(1).max(256).optional(),
  }),
  response: successSchema(
    z.object({
      cronExpression: z.string(),
      timezone: z.string(),
      nextRunAt: z.string().nullable(),
    }),
  ),
});

export const previewSchedule = operation({
  ...common,
  summary: 'The next times at which a deployment runs by itself',
  params,
  query: z.object({
    count: limitParam(5),
    from: z.string().max(64).optional(),
    nodeId: z.string().min(1).max(256).optional(),
  }),
  response: successSchema(
    z.object({
      from: z.string(),
      ticks: z.array(
        z.object({
          nodeId: z.string(),
          scheduledFor: z.string(),
          localTime: z.string(),
          timezone: z.string(),
        }),
      ),
    }),
  ),
});
