import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { refreshedExpiry } from '../expiry';
import { notDue, refused } from '../refusals';
import type { ExistingRun } from '../state';
import { isDue, isLater } from '../times';

const why = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** Ends the run; the work in progress is not interrupted, its late report is refused. */
export function cancelRun(command: CommandOf<'CancelRun'>): RunEvent[] {
  return [{ type: 'RunCanceled', data: { reason: command.reason } }];
}

/** Takes the attempt off its executor until it is resumed. Nothing to do for a paused run. */
export function pauseRun(command: CommandOf<'PauseRun'>, run: ExistingRun): RunEvent[] {
  return run.status === 'paused' ? [] : [{ type: 'RunPaused', data: why(command.reason) }];
}

/** Puts a paused run back on the queue, same attempt. */
export function resumeRun(command: CommandOf<'ResumeRun'>): RunEvent[] {
  return [{ type: 'RunResumed', data: why(command.reason) }];
}

/** Puts an executing or paused run back on the queue, same attempt. */
export function restartRun(command: CommandOf<'RestartRun'>): RunEvent[] {
  return [{ type: 'RunRestarted', data: why(command.reason) }];
}

/** Moves the start of an attempt that has not started. Throws NOT_RESCHEDULABLE when it has. */
export function rescheduleRun(command: CommandOf<'RescheduleRun'>, run: ExistingRun): RunEvent[] {
  if (run.attemptStartedAt !== undefined) {
    throw refused('NOT_RESCHEDULABLE', 'the attempt has started already');
  }
  const { scheduledAt, payload, now } = command;
  const expiresAt = refreshedExpiry(run, isLater(scheduledAt, now) ? scheduledAt : now);
  return [
    {
      type: 'RunRescheduled',
      data: {
        scheduledAt,
        ...(payload && { payload }),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    },
  ];
}

/**
 * Ends a run whose attempt has not started in time; one that has started does not expire, it times out.
 * Throws RUN_NOT_DUE.
 */
export function expireRun(command: CommandOf<'ExpireRun'>, run: ExistingRun): RunEvent[] {
  const { expiresAt, attemptStartedAt } = run;
  if (expiresAt === undefined || attemptStartedAt !== undefined || !isDue(expiresAt, command.now)) {
    throw notDue(expiresAt);
  }
  const error = { type: 'ExpiredError', message: 'run expired', code: 'RUN_EXPIRED' };
  return [{ type: 'RunExpired', data: { error } }];
}
