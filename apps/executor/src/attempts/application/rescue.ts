import { type AppError, isAppError, isErrorOfKind } from '@runnel/errors';
import type { RunCommand, RunError } from '@runnel/run-domain';

import { ExecutorStopping } from './attempt';

/** Facts that a command needs besides the error. */
interface RescueFacts {
  readonly now: string;
  readonly executor: string;
  readonly attempt: number;
  readonly random: number;
}

/**
 * What becomes of a claimed run whose attempt broke off for a reason that is not its program's. Nobody else
 * would notice: its executor goes on living, so the run would sit there until its time is over.
 * - Something it needs is away: back on the queue, same attempt, to go on from its journal.
 * - It has more to tell than a commit holds: it fails; another try would do the same.
 * - Anything else: a crash like that of an executor, tried again as often as the policy bears.
 */
export function rescueOf(error: unknown, facts: RescueFacts): RunCommand {
  const { now, executor, attempt, random } = facts;
  if (isErrorOfKind(error, 'unavailable'))
    return { type: 'RestartRun', now, reason: error.message };
  if (isAppError(error, 'COMMIT_TOO_LARGE')) {
    const told = {
      type: 'LimitError',
      message: 'The run has too much to record',
      code: error.code,
    };
    return { type: 'FailAttempt', now, attempt, random, reason: 'budget', error: told };
  }
  return {
    type: 'CrashAttempt',
    now,
    executor,
    random,
    error: isAppError(error) ? told(error) : UNFORESEEN,
  };
}

/** False for an attempt that somebody else decides about: another holder, or whoever gave it back. */
export function isOursToRescue(error: unknown): boolean {
  return !isAppError(error, 'ATTEMPT_LOST') && !(error instanceof ExecutorStopping);
}

const UNFORESEEN: RunError = {
  type: 'ExecutorError',
  code: 'EXECUTOR_FAILED',
  message: 'the executor could not go on with the run',
};

function told({ code, message }: AppError): RunError {
  return { type: 'ExecutorError', code, message };
}
