import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { invalidTransition, notDue, staleAttempt } from '../refusals';
import type { ExistingRun } from '../state';
import { isDue, isLater } from '../times';
import type { RunError } from '../values';
import { checkHolder } from './holder';
import { afterCrash, afterFailure } from './outcome';

const OVER_TIME: RunError = {
  type: 'TimeoutError',
  message: 'execution timed out',
  code: 'EXECUTION_TIMEOUT',
};
const WAITED_IN_VAIN: RunError = {
  type: 'TimeoutError',
  message: 'what the run waited for did not come in time',
  code: 'WAIT_TIMEOUT',
};

/**
 * The attempt failed: [AttemptFailed, RunRetryScheduled] or [AttemptFailed, how the run ended].
 * While waiting only a final failure is accepted. Throws STALE_ATTEMPT, INVALID_TRANSITION.
 */
export function failAttempt(command: CommandOf<'FailAttempt'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  if (run.status === 'waiting' && command.final !== true) {
    throw invalidTransition(run.status, 'FailAttempt');
  }
  const { reason, error } = command;
  const outcome: RunEvent =
    command.final === true
      ? { type: 'RunFailed', data: { attempt: run.attempt, error } }
      : afterFailure(run, command);
  return [{ type: 'AttemptFailed', data: { attempt: run.attempt, reason, error } }, outcome];
}

/**
 * The attempt, or what a waiting run waits for, is over time. Without an attempt number the deadline must
 * have passed. Throws STALE_ATTEMPT, RUN_NOT_DUE.
 */
export function timeOutRun(command: CommandOf<'TimeOutRun'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  if (run.status === 'waiting' || command.attempt === undefined) {
    const due = deadline(run);
    if (due === undefined || !isDue(due, command.now)) throw notDue(due);
  }
  if (run.status === 'waiting') {
    const error = command.error ?? WAITED_IN_VAIN;
    return [{ type: 'RunTimedOut', data: { attempt: run.attempt, error } }];
  }
  const { now, random, error = OVER_TIME } = command;
  const failed = { attempt: run.attempt, reason: 'timeout', error } as const;
  return [
    { type: 'AttemptFailed', data: failed },
    afterFailure(run, { reason: 'timeout', error, now, random }),
  ];
}

/** The executor that held the attempt is gone. Throws STALE_ATTEMPT when another one holds it. */
export function crashAttempt(command: CommandOf<'CrashAttempt'>, run: ExistingRun): RunEvent[] {
  const { executor, error } = command;
  if (run.executor !== executor) throw staleAttempt(run, { executor });
  const crashed = { attempt: run.attempt, executor, error };
  return [{ type: 'AttemptCrashed', data: crashed }, afterCrash(run, command)];
}

/** A platform fault ends the run. */
export function systemFailRun(command: CommandOf<'SystemFailRun'>, run: ExistingRun): RunEvent[] {
  return [{ type: 'RunSystemFailed', data: { attempt: run.attempt, error: command.error } }];
}

/** The earlier of the run's own deadline and the wait's; a timer's end is no deadline, it is what was asked. */
function deadline(run: ExistingRun): string | undefined {
  const { wait, timeoutAt } = run;
  const until =
    wait !== undefined && (wait.kind === 'event' || wait.kind === 'child') ? wait.until : undefined;
  if (until === undefined || timeoutAt === undefined) return until ?? timeoutAt;
  return isLater(until, timeoutAt) ? timeoutAt : until;
}
