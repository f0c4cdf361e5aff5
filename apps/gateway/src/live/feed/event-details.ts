import type { Payload, RunEvent, RunEventData, RunEventType, StepRef } from '@runnel/run-domain';

type Details = Readonly<Record<string, unknown>>;

/** A step's result is shown with its event up to this length of JSON; the run itself has all of it. */
const MAX_SHOWN_CHARACTERS = 4_096;

const step = ({ attempt, key, nodeId, nodeType }: StepRef): Details => ({
  attempt,
  key,
  node_id: nodeId,
  node_type: nodeType,
});
const attemptOf = ({ attempt }: { readonly attempt: number }): Details => ({ attempt });
const reasonOf = ({ reason }: { readonly reason?: string }): Details => ({ reason });
const none = (): Details => ({});

/** What each event tells a watcher, field by field, in the jobs door's words. A new event does not compile without a line. */
const DETAILS: { readonly [T in RunEventType]: (data: RunEventData[T]) => Details } = {
  RunRequested: (data) => ({
    kind: data.kind,
    definition_id: data.definition.id,
    definition_version: data.definition.version,
    deployment_id: data.deploymentId,
    triggered_by: data.trigger.type,
    attempt: data.firstAttempt,
    scheduled_at: data.scheduledAt,
    parent_run_id: data.parentRunId,
    replay_of: data.replayOf,
    retry_of: data.retryOf,
  }),
  RunQueued: ({ reason, notBefore }) => ({ reason, not_before: notBefore }),
  RunDequeued: attemptOf,
  AttemptStarted: ({ attempt, timeoutAt }) => ({ attempt, timeout_at: timeoutAt }),
  StepCompleted: (data) => ({
    ...step(data),
    effect: data.effect,
    duration_ms: data.durationMs,
    output: shown(data.output),
  }),
  StepFailed: (data) => ({
    ...step(data),
    duration_ms: data.durationMs,
    error_type: data.error.type,
    error_code: data.error.code,
  }),
  StepOverridden: ({ key, reason }) => ({ key, reason }),
  RunWaiting: ({ attempt, wait }) => ({
    attempt,
    wait: wait.kind,
    until: 'until' in wait ? wait.until : undefined,
  }),
  AttemptFailed: ({ attempt, reason }) => ({ attempt, reason }),
  AttemptCrashed: attemptOf,
  RunRetryScheduled: ({ attempt, notBefore }) => ({ attempt, next_retry_at: notBefore }),
  RunPaused: reasonOf,
  RunResumed: reasonOf,
  RunRestarted: reasonOf,
  RunRescheduled: ({ scheduledAt }) => ({ scheduled_at: scheduledAt }),
  RunReplayed: none,
  RunOverridden: ({ to, reason, attempt }) => ({ to, reason, attempt }),
  RunCompleted: ({ attempt, durationMs }) => ({ attempt, duration_ms: durationMs }),
  RunFailed: attemptOf,
  RunTimedOut: attemptOf,
  RunCrashed: attemptOf,
  RunSystemFailed: attemptOf,
  RunCanceled: reasonOf,
  RunExpired: none,
  RunDeadLettered: attemptOf,
  CheckpointSaved: ({ sequence, source }) => ({ sequence, source }),
  UsageRecorded: (data) => ({
    provider: data.provider,
    model: data.model,
    prompt_tokens: data.promptTokens,
    completion_tokens: data.completionTokens,
    total_tokens: data.totalTokens,
    cost_microusd: data.costMicroUsd,
  }),
  ToolCallRecorded: ({ toolName, durationMs, status }) => ({
    tool_name: toolName,
    duration_ms: durationMs,
    status,
  }),
  OutputSet: ({ key }) => ({ output_key: key }),
  StateSet: ({ key }) => ({ state_key: key }),
  RunAnnotated: ({ metadata }) => ({ metadata }),
  DebugModeSet: ({ debugMode }) => ({ debug_mode: debugMode }),
};

/** What a watcher is told of an event besides its type, time and error. Absent facts are left out of the JSON. */
export function detailsOf(event: RunEvent): Details {
  // The table's type ties each line to the data of its event, which an index cannot express.
  return DETAILS[event.type](event.data as never);
}

/** The error that an event carries, for people. */
export function errorOf(event: RunEvent): string | undefined {
  return 'error' in event.data ? event.data.error.message : undefined;
}

/**
 * When it happened (ISO): several events may share a commit, and a start that is told together with the end
 * of its attempt was earlier.
 */
export function timeOf(event: RunEvent, committedAt: string): string {
  switch (event.type) {
    case 'AttemptStarted':
      return event.data.startedAt ?? committedAt;
    case 'StepCompleted':
    case 'StepFailed':
      return endOf(event.data.startedAt, event.data.durationMs) ?? committedAt;
    default:
      return committedAt;
  }
}

function endOf(startedAt: string, durationMs: number): string | undefined {
  const end = Date.parse(startedAt) + durationMs;
  return Number.isFinite(end) ? new Date(end).toISOString() : undefined;
}

function shown(output: Payload): unknown {
  if (!('inline' in output)) return undefined;
  return JSON.stringify(output.inline).length <= MAX_SHOWN_CHARACTERS ? output.inline : undefined;
}
