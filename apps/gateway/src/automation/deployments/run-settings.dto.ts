import type { RunSettingsChange } from '@runnel/messaging';
import { z } from 'zod';

/** What a deployment without a policy of its own does. */
export const NO_RETRIES = { maxAttempts: 1, backoffSeconds: 5, factor: 2 } as const;

const retryPolicy = z.strictObject({
  maxAttempts: z.int().min(1).max(10).default(NO_RETRIES.maxAttempts),
  backoffSeconds: z.number().min(1).max(3_600).default(NO_RETRIES.backoffSeconds),
  factor: z.number().min(1).max(10).default(NO_RETRIES.factor),
});

/** Fields of a deploy and of a change; null takes a setting back to what the installation says. */
export const runSettings = {
  retryPolicy: retryPolicy.nullable().optional(),
  timeoutMs: z.int().min(100).max(900_000).nullable().optional(),
};

/** The same as a deployment shows them; `timeoutMs` is null where the installation's limit holds. */
export const runSettingsShown = {
  retryPolicy: z.object({
    maxAttempts: z.int(),
    backoffSeconds: z.number(),
    factor: z.number(),
  }),
  timeoutMs: z.int().nullable(),
};

type Body = z.output<z.ZodObject<typeof runSettings>>;

/** What a request changes: the fields that it names. */
export function toRunSettingsChange({ retryPolicy, timeoutMs }: Body): RunSettingsChange {
  return {
    ...(retryPolicy !== undefined && { retryPolicy }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}
