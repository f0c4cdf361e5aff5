/** Any JSON value. Events hold nothing else. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value in an event: inline, or a claim check for what is over 64 KiB (DESIGN, "The log"). */
export type Payload = { readonly inline: Json } | { readonly claim: Claim };

/** Where the bytes of a large payload lie, and how to know that they are the right ones. */
export interface Claim {
  /** Key in the object store. */
  readonly key: string;
  /** Lower-case hex SHA-256 of the JSON text. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What went wrong, as a user sees it: no stack, no internals. */
export interface RunError {
  /** Class of the error, e.g. `TypeError`, `HttpError`, `Error`. */
  readonly type: string;
  readonly message: string;
  readonly nodeId?: string;
  /** Machine-readable code where there is one, e.g. `EXECUTION_TIMEOUT`, `MEMORY_LIMIT`. */
  readonly code?: string;
}

export const RUN_KINDS = ['graph', 'pipeline', 'job'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What started a run, over all three doors. */
export const TRIGGER_TYPES = [
  'manual',
  'webhook',
  'schedule',
  'email',
  'pattern_call',
  'cron',
  'spawn',
  'workflow',
  'retry',
  'event',
  'debounce',
  'batch',
  'job_completion',
  'backfill',
  'dependency',
] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** Why an attempt failed; `classifyFailure` says which of them are worth another try (contracts/jobs.md B.4). */
export const FAILURE_REASONS = [
  'error',
  'timeout',
  'rate_limited',
  'auth',
  'client',
  'server',
  'transient',
  'connection',
  'oom',
  'budget',
  'unknown',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
