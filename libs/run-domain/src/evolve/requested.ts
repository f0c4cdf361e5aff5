import type { RunRequested } from '../events';
import type { ExistingRun, RunRequest } from '../state';
import { statusOnRequest } from '../status-on-request';

const NO_METADATA: Readonly<Record<string, string>> = {};

/**
 * A run as it is born. All fields in one fixed order, unset ones as undefined: every state then has one
 * shape, which the engine folds fastest.
 */
export function requested(data: RunRequested, at: string): ExistingRun {
  const { payload, ...request } = data;
  const facts = {
    request,
    payload,
    requestedAt: at,
    attempt: data.firstAttempt,
    claim: 0,
    priority: data.priority,
    failures: 0,
    crashesWithoutProgress: 0,
    snoozes: 0,
    checkpoints: 0,
    metadata: data.metadata ?? NO_METADATA,
    debugMode: data.debugMode ?? false,
    executor: undefined,
    startedAt: undefined,
    attemptStartedAt: undefined,
    timeoutAt: undefined,
    notBefore: data.scheduledAt,
    expiresAt: data.expiresAt,
    error: undefined,
    errorClass: undefined,
    output: undefined,
    finishedAt: undefined,
  };
  return withStatus(facts, request, at);
}

function withStatus(
  facts: Omit<ExistingRun, 'status' | 'wait' | 'executor'>,
  request: RunRequest,
  at: string,
): ExistingRun {
  const status = statusOnRequest(request, at);
  if (status !== 'waiting') return { status, ...facts, wait: undefined };
  return { status, ...facts, wait: { kind: 'dependency', dependsOn: request.dependsOn ?? [] } };
}
