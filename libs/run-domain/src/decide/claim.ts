import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { notDue, refused } from '../refusals';
import type { ExistingRun } from '../state';
import { after, isDue } from '../times';

/** An executor takes a queued run that it will start soon. Throws RUN_NOT_DUE. */
export function dequeueRun(command: CommandOf<'DequeueRun'>, run: ExistingRun): RunEvent[] {
  checkStartable(run, command.now);
  return [{ type: 'RunDequeued', data: { attempt: run.attempt, executor: command.executor } }];
}

/** The claim. Throws RUN_NOT_DUE, or RUN_CLAIMED when another executor has taken the run. */
export function startAttempt(command: CommandOf<'StartAttempt'>, run: ExistingRun): RunEvent[] {
  const { executor, now } = command;
  if (run.status === 'dequeued' && run.executor !== executor) {
    throw refused('RUN_CLAIMED', 'another executor has taken the run', { executor: run.executor });
  }
  checkStartable(run, now);
  return [
    {
      type: 'AttemptStarted',
      data: {
        attempt: run.attempt,
        claim: run.claim + 1,
        executor,
        timeoutAt: deadline(run, now),
        startedAt: now,
      },
    },
  ];
}

function checkStartable(run: ExistingRun, now: string): void {
  if (run.notBefore !== undefined && !isDue(run.notBefore, now)) throw notDue(run.notBefore);
}

/** Of the whole run from its first start, or of this attempt from now, as the policy says. */
function deadline(run: ExistingRun, now: string): string {
  const { ms, scope } = run.request.policy.timeout;
  return after(scope === 'run' ? (run.startedAt ?? now) : now, ms);
}
