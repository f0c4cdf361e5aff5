import { z } from 'zod';

import type { RunPolicy, RunRequested, Wait } from '../events';
import { RUN_KINDS, TRIGGER_TYPES } from '../values';
import { count, labels, name, ordinal, payload, time } from './values.schema';

const milliseconds = z.number().min(0);

const policy: z.ZodType<RunPolicy> = z.strictObject({
  maxAttempts: ordinal,
  retry: z.strictObject({
    strategy: z.enum(['exponential', 'linear', 'fixed', 'custom']),
    baseMs: milliseconds,
    maxMs: milliseconds,
    delaysMs: z.array(milliseconds).max(1000).exactOptional(),
    jitter: z.number().min(0).max(1),
    priorityBoost: z.int().min(0).max(10).exactOptional(),
  }),
  timeout: z.strictObject({ ms: milliseconds, scope: z.enum(['run', 'attempt']) }),
  deadLetterFrom: ordinal.exactOptional(),
  maxCrashesWithoutProgress: count,
});

export const runRequested = z.strictObject({
  kind: z.enum(RUN_KINDS),
  definition: z.strictObject({ id: name, versionId: name, version: count, name: z.string() }),
  deploymentId: name.exactOptional(),
  trigger: z.strictObject({
    type: z.enum(TRIGGER_TYPES),
    nodeId: name.exactOptional(),
    endpointId: name.exactOptional(),
    scheduledFor: time.exactOptional(),
  }),
  payload,
  firstAttempt: ordinal,
  policy,
  queue: name,
  priority: z.int().min(0).max(10),
  concurrencyKey: name.exactOptional(),
  scheduledAt: time.exactOptional(),
  expiresAt: time.exactOptional(),
  dependsOn: z.array(name).max(1000).exactOptional(),
  idempotencyKey: name.exactOptional(),
  tags: labels.exactOptional(),
  metadata: labels.exactOptional(),
  parentRunId: name.exactOptional(),
  replayOf: name.exactOptional(),
  retryOf: name.exactOptional(),
  continuationOf: name.exactOptional(),
  lineageDepth: count.exactOptional(),
  batchId: name.exactOptional(),
  debugMode: z.boolean().exactOptional(),
  responseMode: z.enum(['immediate', 'last_node', 'response_node']).exactOptional(),
}) satisfies z.ZodType<RunRequested>;

const until = time.exactOptional();

export const wait: z.ZodType<Wait> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('timer'), key: name, until: time }),
  z.strictObject({ kind: z.literal('event'), key: name, eventKey: name, until }),
  z.strictObject({ kind: z.literal('child'), key: name, childRunId: name, until }),
  z.strictObject({ kind: z.literal('dependency'), dependsOn: z.array(name).max(1000) }),
]);
