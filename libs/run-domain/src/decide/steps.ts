import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { staleAttempt } from '../refusals';
import type { ExistingRun } from '../state';
import { msBetween } from '../times';
import { checkHolder } from './holder';

/** Steps of the attempt in progress. Throws STALE_ATTEMPT when one is of another. */
export function recordSteps(
  command: CommandOf<'RecordSteps'>,
  run: ExistingRun,
): readonly RunEvent[] {
  checkHolder(run, command);
  for (const { data } of command.steps) {
    if (data.attempt !== run.attempt) throw staleAttempt(run, { attempt: data.attempt });
  }
  return command.steps;
}

/** The attempt stops to wait and leaves its executor. Throws STALE_ATTEMPT. */
export function waitRun(command: CommandOf<'WaitRun'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { wait, logLines } = command;
  return [
    {
      type: 'RunWaiting',
      data: { attempt: run.attempt, wait, ...(logLines !== undefined && { logLines }) },
    },
  ];
}

/** The run succeeds. Throws STALE_ATTEMPT. */
export function completeRun(command: CommandOf<'CompleteRun'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { output, now } = command;
  const durationMs = msBetween(run.startedAt ?? now, now);
  return [{ type: 'RunCompleted', data: { attempt: run.attempt, output, durationMs } }];
}
