import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { refreshedExpiry } from '../expiry';
import { refused } from '../refusals';
import type { ExistingRun } from '../state';
import { isTerminalStatus } from '../status';

/** A dead letter starts again: same id, attempt 1 (contracts/jobs.md B.10). Throws NOT_DEAD_LETTER. */
export function replayDeadLetter(
  command: CommandOf<'ReplayDeadLetter'>,
  run: ExistingRun,
): RunEvent[] {
  if (run.status !== 'dead_letter') {
    throw refused('NOT_DEAD_LETTER', 'only a dead letter can be replayed', { status: run.status });
  }
  const expiresAt = command.expiresAt ?? refreshedExpiry(run, command.now);
  return [{ type: 'RunReplayed', data: expiresAt === undefined ? {} : { expiresAt } }];
}

/** An operator gives the result of a step; it wins over what the step did or will do. */
export function overrideStep({ key, output, reason }: CommandOf<'OverrideStep'>): RunEvent[] {
  return [{ type: 'StepOverridden', data: { key, output, reason } }];
}

/**
 * An operator moves the run by hand; nothing to do where it is there. A run that had ended and is queued
 * again begins a new attempt with all its tries; one that had not keeps its attempt.
 */
export function overrideRun(command: CommandOf<'OverrideRun'>, run: ExistingRun): RunEvent[] {
  const { to, reason } = command;
  if (run.status === to) return [];
  if (to !== 'queued') return [{ type: 'RunOverridden', data: { to, reason } }];
  const anew = isTerminalStatus(run.status) && run.attemptStartedAt !== undefined;
  const expiresAt = refreshedExpiry(run, command.now);
  return [
    {
      type: 'RunOverridden',
      data: {
        to,
        reason,
        attempt: run.attempt + (anew ? 1 : 0),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    },
  ];
}
