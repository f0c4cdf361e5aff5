import type { CommandOf } from '../commands';
import type { RunEvent, Wait } from '../events';
import { invalidTransition, notDue, refused } from '../refusals';
import type { ExistingRun } from '../state';
import { isDue } from '../times';

/** A run that was given back more often than this unworked ends as system_failed (contracts/jobs.md B.7). */
export const MAX_SNOOZES = 50;

/** Puts a run (back) on the queue. Nothing to do for one that is there. Throws RUN_NOT_DUE, WAIT_MISMATCH. */
export function queueRun(command: CommandOf<'QueueRun'>, run: ExistingRun): RunEvent[] {
  if (run.status === 'queued') return [];
  if (!fits(command, run)) throw invalidTransition(run.status, 'QueueRun');
  if (run.status === 'waiting') checkWait(command, run.wait);
  if (
    run.status === 'delayed' &&
    run.notBefore !== undefined &&
    !isDue(run.notBefore, command.now)
  ) {
    throw notDue(run.notBefore);
  }
  if (command.reason === 'snoozed' && run.snoozes >= MAX_SNOOZES) return [snoozedTooOften(run)];
  const { reason, payload, notBefore } = command;
  return [
    {
      type: 'RunQueued',
      data: { reason, ...(payload && { payload }), ...(notBefore !== undefined && { notBefore }) },
    },
  ];
}

/** Which reasons lead out of which status. */
function fits({ reason }: CommandOf<'QueueRun'>, run: ExistingRun): boolean {
  switch (run.status) {
    case 'delayed':
      return reason === 'due';
    case 'dequeued':
      return reason === 'snoozed' || reason === 'stale_claim';
    case 'executing':
      return reason === 'snoozed';
    case 'waiting':
      return ['timer', 'event', 'child', 'dependency'].includes(reason);
    default:
      return false;
  }
}

/** The reason must be the one waited for, and the wait the one in progress. */
function checkWait(command: CommandOf<'QueueRun'>, wait: Wait): void {
  const key = wait.kind === 'dependency' ? undefined : wait.key;
  if (command.reason !== wait.kind || (command.key !== undefined && command.key !== key)) {
    throw refused('WAIT_MISMATCH', 'the run waits for something else', {
      waitsFor: wait.kind,
      key,
    });
  }
  if (wait.kind === 'timer' && !isDue(wait.until, command.now)) throw notDue(wait.until);
}

function snoozedTooOften(run: ExistingRun): RunEvent {
  const error = {
    type: 'SystemError',
    message: `given back by executors more than ${MAX_SNOOZES} times`,
    code: 'TOO_MANY_SNOOZES',
  };
  return { type: 'RunSystemFailed', data: { attempt: run.attempt, error } };
}
