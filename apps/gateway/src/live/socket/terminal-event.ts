import type { RunEvent, RunEventType } from '@runnel/run-domain';

const TERMINAL: ReadonlySet<RunEventType> = new Set([
  'RunCompleted',
  'RunFailed',
  'RunTimedOut',
  'RunCrashed',
  'RunSystemFailed',
  'RunCanceled',
  'RunExpired',
  'RunDeadLettered',
]);

/** Whether an event ends its run, without knowing what came before. */
export function isTerminalEvent(event: RunEvent): boolean {
  return TERMINAL.has(event.type);
}
