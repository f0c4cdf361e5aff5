import { z } from 'zod';

import type { RunEventData, RunEventType } from '../events';
import { FAILURE_REASONS } from '../values';
import { runRequested, wait } from './run-requested.schema';
import {
  count,
  json,
  labels,
  name,
  ordinal,
  payload,
  runError,
  sentence,
  time,
} from './values.schema';

const attempt = ordinal;
const reasonGiven = z.strictObject({ reason: sentence.exactOptional() });
const ended = z.strictObject({ attempt, error: runError });
const step = {
  attempt,
  key: name,
  nodeId: name,
  nodeType: name,
  logLines: count.exactOptional(),
  startedAt: time,
  durationMs: z.number().min(0),
};

/** The data of every event type in today's schema. A type without one does not compile. */
export const EVENT_SCHEMAS = {
  RunRequested: runRequested,
  RunQueued: z.strictObject({
    reason: z.enum(['due', 'timer', 'event', 'child', 'dependency', 'snoozed', 'stale_claim']),
    payload: payload.exactOptional(),
    notBefore: time.exactOptional(),
  }),
  RunDequeued: z.strictObject({ attempt, executor: name }),
  AttemptStarted: z.strictObject({
    attempt,
    claim: ordinal,
    executor: name,
    timeoutAt: time.exactOptional(),
    startedAt: time.exactOptional(),
  }),
  StepCompleted: z.strictObject({
    ...step,
    effect: z.enum(['outside', 'value', 'none']),
    output: payload,
  }),
  StepFailed: z.strictObject({ ...step, error: runError }),
  StepOverridden: z.strictObject({ key: name, output: payload, reason: sentence }),
  RunWaiting: z.strictObject({ attempt, wait, logLines: count.exactOptional() }),
  AttemptFailed: z.strictObject({ attempt, reason: z.enum(FAILURE_REASONS), error: runError }),
  AttemptCrashed: z.strictObject({ attempt, executor: name, error: runError }),
  RunRetryScheduled: z.strictObject({
    attempt,
    notBefore: time,
    expiresAt: time.exactOptional(),
    priority: z.int().min(0).max(10).exactOptional(),
  }),
  RunPaused: reasonGiven,
  RunResumed: reasonGiven,
  RunRestarted: reasonGiven,
  RunRescheduled: z.strictObject({
    scheduledAt: time,
    payload: payload.exactOptional(),
    expiresAt: time.exactOptional(),
  }),
  RunReplayed: z.strictObject({ expiresAt: time.exactOptional() }),
  RunOverridden: z.strictObject({
    to: z.enum(['queued', 'completed', 'failed', 'canceled']),
    reason: sentence,
    attempt: attempt.exactOptional(),
    expiresAt: time.exactOptional(),
  }),
  RunCompleted: z.strictObject({ attempt, output: payload, durationMs: z.number().min(0) }),
  RunFailed: ended,
  RunTimedOut: ended,
  RunCrashed: ended,
  RunSystemFailed: ended,
  RunCanceled: z.strictObject({ reason: sentence }),
  RunExpired: z.strictObject({ error: runError }),
  RunDeadLettered: ended,
  CheckpointSaved: z.strictObject({ sequence: ordinal, source: name, state: payload }),
  UsageRecorded: z.strictObject({
    provider: name,
    model: name,
    promptTokens: count,
    completionTokens: count,
    totalTokens: count,
    costMicroUsd: count,
  }),
  ToolCallRecorded: z.strictObject({
    toolName: name,
    input: payload,
    output: payload,
    durationMs: z.number().min(0),
    status: name,
  }),
  OutputSet: z.strictObject({ key: name, schema: json.exactOptional(), value: payload }),
  StateSet: z.strictObject({ key: name, value: payload }),
  RunAnnotated: z.strictObject({ metadata: labels }),
  DebugModeSet: z.strictObject({ debugMode: z.boolean() }),
} satisfies { readonly [T in RunEventType]: z.ZodType<RunEventData[T]> };

type Inferred = { [T in RunEventType]: z.infer<(typeof EVENT_SCHEMAS)[T]> };
type Differs<T extends RunEventType> = [keyof RunEventData[T]] extends [keyof Inferred[T]]
  ? never
  : T;

/** Does not compile when an event has a field that its schema lacks, an optional one included. */
({}) satisfies { [T in RunEventType as Differs<T>]: 'its schema lacks a field' };
