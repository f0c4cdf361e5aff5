import type { RunEventData } from '../events';
import type { ExistingRun, FinishedRun } from '../state';
import { isTerminalStatus, type TerminalStatus } from '../status';
import type { RunError } from '../values';
import { newLife, resumed } from './moves';

interface EndedWith {
  readonly error: RunError;
}

/** The run succeeded; what an earlier attempt failed with is past. */
export function completed(
  run: ExistingRun,
  data: RunEventData['RunCompleted'],
  at: string,
): FinishedRun {
  return {
    ...end(run, 'completed', at),
    output: data.output,
    error: undefined,
    errorClass: undefined,
  };
}

export const failed = endsAs('failed');
export const crashed = endsAs('crashed');
export const deadLettered = endsAs('dead_letter');

/** Over time: of an attempt, or of what a waiting run waited for. */
export function timedOut(run: ExistingRun, { error }: EndedWith, at: string): FinishedRun {
  return { ...end(run, 'timed_out', at), error, errorClass: 'timeout' };
}

/** Ended by the platform: no failure of the work itself. */
export function systemFailed(run: ExistingRun, { error }: EndedWith, at: string): FinishedRun {
  return { ...end(run, 'system_failed', at), error, errorClass: undefined };
}

/** Never started in time. */
export function expired(run: ExistingRun, { error }: EndedWith, at: string): FinishedRun {
  return { ...end(run, 'expired', at), error, errorClass: undefined };
}

/** Ended on request; the reason is the run's error text (contracts/jobs.md B.9). */
export function canceled(
  run: ExistingRun,
  data: RunEventData['RunCanceled'],
  at: string,
): FinishedRun {
  const error = errorOf('CanceledError', data.reason);
  return { ...end(run, 'canceled', at), error, errorClass: undefined };
}

/** Moved by an operator. */
export function overridden(
  run: ExistingRun,
  data: RunEventData['RunOverridden'],
  at: string,
): ExistingRun {
  const { to, reason } = data;
  if (to === 'queued') return requeued(run, data);
  const error = to === 'completed' ? undefined : errorOf('OverriddenError', reason);
  return { ...end(run, to, at), error, errorClass: undefined };
}

/** A run that had ended begins a new life; one that had not goes on, though what held it back is dropped. */
function requeued(run: ExistingRun, data: RunEventData['RunOverridden']): ExistingRun {
  const { attempt = run.attempt, expiresAt = run.expiresAt } = data;
  if (isTerminalStatus(run.status))
    return { ...newLife(run), status: 'queued', attempt, expiresAt };
  return { ...resumed(run), attempt, expiresAt, notBefore: undefined, crashesWithoutProgress: 0 };
}

function endsAs(status: TerminalStatus) {
  return (run: ExistingRun, { error }: EndedWith, at: string): FinishedRun => ({
    ...end(run, status, at),
    error,
  });
}

function end(run: ExistingRun, status: TerminalStatus, at: string): FinishedRun {
  return {
    ...run,
    status,
    executor: undefined,
    timeoutAt: undefined,
    notBefore: undefined,
    wait: undefined,
    finishedAt: at,
  };
}

const errorOf = (type: string, message: string): RunError => ({ type, message });
