import { DomainError } from '@runnel/errors';

import type { RunCommandType } from './commands';
import type { ExistingRun } from './state';
import type { RunStatus } from './status';

/** No event of that run exists. */
export function runNotFound(): DomainError {
  return new DomainError('RUN_NOT_FOUND', 'the run does not exist');
}

/** The run has ended, and the command needs one that has not. */
export function runTerminal(status: RunStatus): DomainError {
  return new DomainError('RUN_TERMINAL', `the run has ended as ${status}`, { status });
}

/** The status of the run does not allow the command. */
export function invalidTransition(from: RunStatus, command: RunCommandType): DomainError {
  return new DomainError('INVALID_TRANSITION', `a run that is ${from} refuses ${command}`, {
    from,
    command,
  });
}

/** A report of an attempt, a claim or an executor that no longer holds the run. */
export function staleAttempt(run: ExistingRun, reported: object): DomainError {
  return new DomainError(
    'STALE_ATTEMPT',
    'the report is of an attempt that no longer holds the run',
    {
      status: run.status,
      attempt: run.attempt,
      claim: run.claim,
      reported,
    },
  );
}

/** What a clock asks for is not due yet. */
export function notDue(due: string | undefined): DomainError {
  return new DomainError('RUN_NOT_DUE', `not before ${due ?? 'a deadline is set'}`, { due });
}

/** Any other refusal, by its code. */
export function refused(
  code:
    | 'RUN_ALREADY_EXISTS'
    | 'NOT_DEAD_LETTER'
    | 'NOT_RESCHEDULABLE'
    | 'RUN_CLAIMED'
    | 'WAIT_MISMATCH'
    | 'METADATA_LIMIT'
    | 'INVALID_RUN_REQUEST',
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): DomainError {
  return new DomainError(code, message, details);
}
