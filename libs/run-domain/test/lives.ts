import fc from 'fast-check';
import { isErrorOfKind } from '@runnel/errors';

import type { RunCommand } from '../src/commands';
import { decide } from '../src/decide';
import type { RunEvent, RunRequested } from '../src/events';
import { evolve } from '../src/evolve';
import { type ExistingRun, initialState, type RunState } from '../src/state';
import { RUN_KINDS } from '../src/values';
import { commandOf, type Draw, draws } from './drawn-command';
import { aPolicy, aRequest, at } from './fixtures';

const perhaps = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });

/** A run that was asked for in any of the ways that matter to the state machine. */
const requests: fc.Arbitrary<RunRequested> = fc
  .record({
    kind: fc.constantFrom(...RUN_KINDS),
    firstAttempt: fc.integer({ min: 1, max: 3 }),
    policy: fc.record({
      maxAttempts: fc.integer({ min: 1, max: 4 }),
      maxCrashesWithoutProgress: fc.integer({ min: 0, max: 2 }),
      deadLetterFrom: perhaps(fc.integer({ min: 1, max: 4 })),
      timeout: fc.record({ ms: fc.constant(40_000), scope: fc.constantFrom('run', 'attempt') }),
    }),
    scheduledAt: perhaps(fc.integer({ min: -10, max: 100 }).map(at)),
    expiresAt: perhaps(fc.integer({ min: 1, max: 200 }).map(at)),
    dependsOn: perhaps(fc.constantFrom([], ['job_up'])),
  })
  .map(({ policy, ...drawn }) => withoutGaps({ ...drawn, policy: aPolicy(withoutGaps(policy)) }))
  .map(aRequest);

/** The object without its undefined fields: what a caller that does not want them leaves out. */
function withoutGaps<T extends object>(drawn: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(drawn).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A life as somebody might lead it: a request, then commands right and wrong. */
export interface Life {
  readonly request: RunRequested;
  readonly draws: readonly Draw[];
}

export const lives: fc.Arbitrary<Life> = fc.record({
  request: requests,
  draws: fc.array(draws, { minLength: 1, maxLength: 40, size: 'max' }),
});

/** One accepted command: the state it met, what it added, the state after each event. */
export interface Chapter {
  readonly command: RunCommand;
  readonly before: RunState;
  readonly events: readonly RunEvent[];
  readonly states: readonly ExistingRun[];
}

/** Leads a life; `twice` sends every command again at once. Refused commands leave no chapter. */
export function live({ request, draws: drawn }: Life, twice: boolean): Chapter[] {
  const chapters = chaptersOf([{ type: 'RequestRun', now: at(0), request }]);
  let seconds = 0;
  for (const draw of drawn) {
    seconds += draw.wait;
    const run = stateAfter(chapters);
    if (run.status === 'absent') break;
    const command = commandOf(draw, run, at(seconds));
    chaptersOf(twice ? [command, command] : [command], chapters);
  }
  return chapters;
}

/** Adds the chapters of a story told by commands, refused ones left out. */
export function chaptersOf(commands: readonly RunCommand[], chapters: Chapter[] = []): Chapter[] {
  for (const command of commands) {
    const chapter = chapterOf(command, stateAfter(chapters));
    if (chapter !== undefined) chapters.push(chapter);
  }
  return chapters;
}

function stateAfter(chapters: readonly Chapter[]): RunState {
  const last = chapters.at(-1);
  return last?.states.at(-1) ?? last?.before ?? initialState;
}

function chapterOf(command: RunCommand, before: RunState): Chapter | undefined {
  const events = accepted(command, before);
  if (events === undefined) return undefined;
  const states: ExistingRun[] = [];
  let state = before;
  for (const event of events) {
    // An event that decide made and evolve refuses is a bug, and thrown.
    state = evolve(state, event, command.now);
    if (state.status !== 'absent') states.push(state);
  }
  return { command, before, events, states };
}

function accepted(command: RunCommand, state: RunState): readonly RunEvent[] | undefined {
  try {
    return decide(command, state);
  } catch (error) {
    if (isErrorOfKind(error, 'domain')) return undefined;
    throw error;
  }
}
