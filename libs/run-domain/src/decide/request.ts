import type { CommandOf } from '../commands';
import type { RunEvent, RunRequested } from '../events';
import { refused } from '../refusals';
import type { RunState } from '../state';

/** A new run. Throws RUN_ALREADY_EXISTS, INVALID_RUN_REQUEST. */
export function requestRun(command: CommandOf<'RequestRun'>, state: RunState): RunEvent[] {
  if (state.status !== 'absent') {
    throw refused('RUN_ALREADY_EXISTS', 'a run with this id exists already');
  }
  checkRequest(command.request);
  return [{ type: 'RunRequested', data: command.request }];
}

/** The numbers the state machine counts with must be usable; shapes are the caller's to validate. */
function checkRequest({ policy, firstAttempt, priority }: RunRequested): void {
  mustBe('policy.maxAttempts', policy.maxAttempts, 1, Infinity);
  mustBe('policy.timeout.ms', policy.timeout.ms, 1, Infinity);
  mustBe('policy.retry.jitter', policy.retry.jitter, 0, 1);
  mustBe('policy.maxCrashesWithoutProgress', policy.maxCrashesWithoutProgress, 0, Infinity);
  mustBe('firstAttempt', firstAttempt, 1, Infinity);
  mustBe('priority', priority, 0, 10);
}

/** Written so that NaN and what is no number fail too. */
function mustBe(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw refused('INVALID_RUN_REQUEST', `${name} must be ${least} to ${most}`, { name, value });
}
