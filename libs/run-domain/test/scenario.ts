import { isAppError } from '@runnel/errors';

import type { RunCommand } from '../src/commands';
import { decide, decideAll } from '../src/decide';
import type { RunEvent } from '../src/events';
import { evolve } from '../src/evolve';
import { type ExistingRun, initialState, type RunState } from '../src/state';

interface Refusal {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What commands left, and what happens next. */
export interface Scenario {
  readonly run: ExistingRun;
  readonly events: readonly RunEvent[];
  /** The events that a command adds. */
  when(command: RunCommand): readonly RunEvent[];
  /** Goes on with more commands. */
  and(...commands: RunCommand[]): Scenario;
  /** The code and details with which a command is refused. */
  refusal(command: RunCommand): Refusal;
}

/** A run that has lived through these commands, each of which must be accepted. */
export function given(...commands: RunCommand[]): Scenario {
  return scenario(initialState, [], commands);
}

function scenario(before: RunState, past: readonly RunEvent[], commands: RunCommand[]): Scenario {
  const events = [...past];
  let state = before;
  for (const command of commands) {
    for (const event of decide(command, state)) {
      state = evolve(state, event, command.now);
      events.push(event);
    }
  }
  const now = state;
  return {
    get run() {
      if (now.status === 'absent') throw new Error('the scenario has no run yet');
      return now;
    },
    events,
    when: (command) => decide(command, now),
    and: (...more) => scenario(now, events, more),
    refusal: (command) => refusalOf(() => decide(command, now)),
  };
}

/** The code and details of the domain error that `act` throws; fails when it throws none. */
export function refusalOf(
  act: () => unknown,
): Scenario['refusal'] extends (c: never) => infer R ? R : never {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('expected a refusal, but the command was accepted');
}

/** All events of commands decided as one commit. */
export const eventsOf = (...commands: RunCommand[]): readonly RunEvent[] =>
  decideAll(commands, initialState);

/** The types of events, for short expectations. */
export const types = (events: readonly RunEvent[]): string[] => events.map(({ type }) => type);
