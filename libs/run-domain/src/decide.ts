import { COMMAND_RULES, type ExistingRunCommandType } from './command-rules';
import type { CommandOf, RunCommand } from './commands';
import { requestRun } from './decide/request';
import type { RunEvent } from './events';
import { evolve } from './evolve';
import { invalidTransition, runNotFound, runTerminal, staleAttempt } from './refusals';
import type { ExistingRun, RunState } from './state';
import { isTerminalStatus } from './status';

/**
 * What a command adds to a run: its events, none where it is so already. Events of one decision belong in
 * one commit. Throws DomainError with RUN_NOT_FOUND, RUN_ALREADY_EXISTS, RUN_TERMINAL {status},
 * STALE_ATTEMPT, INVALID_TRANSITION {from, command}, RUN_NOT_DUE {due}, or a code of the command's own.
 */
export function decide(command: RunCommand, state: RunState): readonly RunEvent[] {
  if (command.type === 'RequestRun') return requestRun(command, state);
  if (state.status === 'absent') throw runNotFound();
  return decideExisting(command, state);
}

/**
 * Decides commands one after the other, each on the state the one before leaves, for one commit: all of
 * their events or, when one is refused, none (its DomainError is thrown).
 */
export function decideAll(commands: readonly RunCommand[], state: RunState): readonly RunEvent[] {
  const events: RunEvent[] = [];
  let current = state;
  for (const command of commands) {
    for (const event of decide(command, current)) {
      events.push(event);
      current = evolve(current, event, command.now);
    }
  }
  return events;
}

function decideExisting<T extends ExistingRunCommandType>(
  command: CommandOf<T>,
  run: ExistingRun,
): readonly RunEvent[] {
  const rule = COMMAND_RULES[command.type];
  if (!rule.accepts.includes(run.status)) {
    if (isTerminalStatus(run.status)) throw runTerminal(run.status);
    if (rule.report) throw staleAttempt(run, reporterOf(command));
    throw invalidTransition(run.status, command.type);
  }
  return rule.decide(command, run);
}

/** What a refused report says of its sender. */
function reporterOf(command: object): object {
  const { attempt, claim, executor } = command as Readonly<Record<string, unknown>>;
  return { attempt, claim, executor };
}
