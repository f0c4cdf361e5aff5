import type { RunEventData } from '../events';
import type { ExistingRun, ExecutingRun, IdleRun, WaitingRun, DequeuedRun } from '../state';
import { statusOnSchedule } from '../status-on-request';

/** (Back) on the queue: due, resumed from a wait, or given back by an executor. */
export function queued(run: ExistingRun, data: RunEventData['RunQueued']): IdleRun {
  const snoozed = data.reason === 'snoozed';
  return {
    ...run,
    status: 'queued',
    executor: undefined,
    wait: undefined,
    snoozes: run.snoozes + (snoozed ? 1 : 0),
    attemptStartedAt: snoozed ? undefined : run.attemptStartedAt,
    timeoutAt: keptDeadline(run),
    notBefore: data.notBefore ?? run.notBefore,
    finishedAt: undefined,
  };
}

/** Taken, not yet started. */
export function dequeued(run: ExistingRun, data: RunEventData['RunDequeued']): DequeuedRun {
  return { ...run, status: 'dequeued', executor: data.executor, wait: undefined };
}

/** Claimed and at work. */
export function attemptStarted(
  run: ExistingRun,
  data: RunEventData['AttemptStarted'],
  at: string,
): ExecutingRun {
  const startedAt = data.startedAt ?? at;
  return {
    ...run,
    status: 'executing',
    attempt: data.attempt,
    claim: data.claim,
    executor: data.executor,
    startedAt: run.startedAt ?? startedAt,
    attemptStartedAt: run.attemptStartedAt ?? startedAt,
    timeoutAt: data.timeoutAt,
    notBefore: undefined,
    wait: undefined,
  };
}

/** Parked until what it waits for comes; no executor holds it. */
export function waiting(run: ExistingRun, data: RunEventData['RunWaiting']): WaitingRun {
  return {
    ...run,
    status: 'waiting',
    executor: undefined,
    timeoutAt: keptDeadline(run),
    wait: data.wait,
  };
}

/** On the queue for the next attempt, the error kept. */
export function retryScheduled(run: ExistingRun, data: RunEventData['RunRetryScheduled']): IdleRun {
  return {
    ...run,
    status: 'queued',
    attempt: data.attempt,
    priority: data.priority ?? run.priority,
    executor: undefined,
    attemptStartedAt: undefined,
    timeoutAt: keptDeadline(run),
    notBefore: data.notBefore,
    expiresAt: data.expiresAt ?? run.expiresAt,
    wait: undefined,
  };
}

/** Off its executor until somebody resumes it. */
export function paused(run: ExistingRun): IdleRun {
  return {
    ...run,
    status: 'paused',
    executor: undefined,
    timeoutAt: keptDeadline(run),
    wait: undefined,
  };
}

/** On the queue again with the same attempt: resumed or restarted. */
export function resumed(run: ExistingRun): IdleRun {
  return {
    ...run,
    status: 'queued',
    executor: undefined,
    timeoutAt: keptDeadline(run),
    wait: undefined,
  };
}

/** To start at another time. */
export function rescheduled(
  run: ExistingRun,
  data: RunEventData['RunRescheduled'],
  at: string,
): IdleRun {
  return {
    ...run,
    status: statusOnSchedule(data.scheduledAt, at),
    payload: data.payload ?? run.payload,
    notBefore: data.scheduledAt,
    expiresAt: data.expiresAt ?? run.expiresAt,
    executor: undefined,
    wait: undefined,
  };
}

/** A dead letter's new life: attempt 1, all tries, nothing of the old failure (contracts/jobs.md B.10). */
export function replayed(run: ExistingRun, data: RunEventData['RunReplayed']): IdleRun {
  return {
    ...newLife(run),
    status: 'queued',
    request: { ...run.request, firstAttempt: 1 },
    attempt: 1,
    expiresAt: data.expiresAt ?? run.expiresAt,
  };
}

/** The same run with what its last life used up and left behind cleared. */
export function newLife(
  run: ExistingRun,
): Omit<ExistingRun, 'status' | 'wait'> & { wait: undefined } {
  return {
    ...run,
    failures: 0,
    crashesWithoutProgress: 0,
    snoozes: 0,
    executor: undefined,
    startedAt: undefined,
    attemptStartedAt: undefined,
    timeoutAt: undefined,
    notBefore: undefined,
    error: undefined,
    errorClass: undefined,
    output: undefined,
    finishedAt: undefined,
    wait: undefined,
  };
}

/** A deadline of the whole run outlives the claim; one of an attempt is set anew by the next. */
function keptDeadline(run: ExistingRun): string | undefined {
  return run.request.policy.timeout.scope === 'run' ? run.timeoutAt : undefined;
}
