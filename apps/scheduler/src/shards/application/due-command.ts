import type { RunCommand, RunError } from '@runnel/run-domain';

import type { DueCommand } from '../domain/next-action';

/** The command that a due time calls for; `random` in [0, 1) places a retry in its jitter. */
export function commandFor(
  due: Exclude<DueCommand, 'Look'>,
  wasWaiting: boolean,
  now: string,
  random: number,
): RunCommand {
  switch (due) {
    case 'QueueRun':
      return { type: 'QueueRun', now, reason: wasWaiting ? 'timer' : 'due' };
    case 'TimeOutRun':
      return { type: 'TimeOutRun', now, random };
    case 'ExpireRun':
      return { type: 'ExpireRun', now };
  }
}

/** What a run says whose executor was declared dead. */
export function crashOf(executor: string, now: string, random: number): RunCommand {
  const error: RunError = {
    type: 'ExecutorLost',
    code: 'EXECUTOR_LOST',
    message: 'the executor stopped giving signs of life',
  };
  return { type: 'CrashAttempt', now, executor, error, random };
}
