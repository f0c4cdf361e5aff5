import fc from 'fast-check';

import { at, storyTo } from '../test/fixtures';
import { type Chapter, chaptersOf, type Life, live, lives } from '../test/lives';
import { COMMAND_RULES } from './command-rules';
import { commitOf } from './commit-of';
import { decodeCommit } from './decode-commit';
import type { RunEvent } from './events';
import { foldRun } from './fold-run';
import type { RunState } from './state';
import { isTerminalStatus, RUN_STATUSES } from './status';
import { STATUS_KEEPING, TRANSITIONS } from './transitions';

/** Checks every life that may be led, each command once or twice; with a seed, always the same lives. */
function inEveryLife(holds: (chapters: Chapter[], life: Life) => void, seed?: number): void {
  fc.assert(
    fc.property(lives, fc.boolean(), (life, twice) => holds(live(life, twice), life)),
    { numRuns: 2000, ...(seed !== undefined && { seed }) },
  );
}

/** `expect` by the hundred thousand would take the time that the lives need. */
function must(condition: boolean, what: string, seen: unknown): void {
  if (!condition) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

/** What may still be told of a run that has ended: by a person who replays, overrides or debugs it. */
const AFTER_THE_END = ['RunReplayed', 'RunOverridden', 'StepOverridden', 'DebugModeSet'];
const ENDS = [
  ...['RunCompleted', 'RunFailed', 'RunTimedOut', 'RunCrashed', 'RunSystemFailed'],
  ...['RunCanceled', 'RunExpired', 'RunDeadLettered'],
];
const USES_A_TRY = ['AttemptFailed', 'AttemptCrashed'];

/** Every event with the states it stands between. */
function* moves(chapters: readonly Chapter[]) {
  for (const { before, events, states } of chapters) {
    let from = before;
    for (const [n, event] of events.entries()) {
      const to = states[n];
      if (to === undefined) throw new Error('every event leaves a state');
      yield { event, from, to };
      from = to;
    }
  }
}

const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const attemptIn = (event: RunEvent): number | undefined =>
  'attempt' in event.data ? event.data.attempt : undefined;

describe('a run, whatever is asked of it', () => {
  it('tells nothing after its end but what a person does to it by hand', () => {
    inEveryLife((chapters) => {
      for (const { event, from } of moves(chapters)) {
        if (from.status === 'absent' || !isTerminalStatus(from.status)) continue;
        must(AFTER_THE_END.includes(event.type), 'told after the end', event);
        if (event.type === 'RunReplayed') must(from.status === 'dead_letter', 'replayed', from);
      }
    });
  });

  it('ends at most once in a life, with the last event of its commit', () => {
    inEveryLife((chapters) => {
      for (const { events, states } of chapters) {
        const ends = events.filter(({ type }) => ENDS.includes(type));
        must(ends.length <= 1, 'two ends', events);
        must(ends.length === 0 || ends[0] === events.at(-1), 'an end is not last', events);
        const early = states.slice(0, -1).some(({ status }) => isTerminalStatus(status));
        must(!early, 'ended in the middle of a commit', events);
      }
    });
  });

  it('follows a used try by what becomes of the run, in the same commit', () => {
    inEveryLife((chapters) => {
      for (const { events } of chapters) {
        const used = events.findIndex(({ type }) => USES_A_TRY.includes(type));
        if (used < 0) continue;
        const next = events[used + 1]?.type ?? 'nothing';
        must(next === 'RunRetryScheduled' || ENDS.includes(next), 'followed by', next);
      }
    });
  });

  it('never uses more tries than its policy gives', () => {
    inEveryLife((chapters, { request: { policy } }) => {
      for (const { to } of moves(chapters)) {
        must(to.failures <= policy.maxAttempts, 'too many tries', to);
        if (to.status === 'queued')
          must(to.failures < policy.maxAttempts, 'queued without a try', to);
      }
    });
  });

  it('is a dead letter by the tries that failed, however often an executor was lost', () => {
    inEveryLife((chapters, { request: { kind, policy, firstAttempt } }) => {
      let [first, failed] = [firstAttempt, 0];
      for (const { event, from, to } of moves(chapters)) {
        if (event.type === 'AttemptFailed') failed += 1;
        if (event.type === 'AttemptCrashed' && kind !== 'graph') failed += 1;
        const anew = from.status !== 'absent' && isTerminalStatus(from.status);
        if (anew && to.status === 'queued') failed = 0;
        if (event.type === 'RunReplayed') first = 1;
        const isLetter = event.type === 'RunDeadLettered';
        if (!isLetter && event.type !== 'RunFailed') continue;
        const due = first + failed - 1 >= (policy.deadLetterFrom ?? Infinity);
        must(due || !isLetter, 'a dead letter too early', { event, first, failed });
      }
    });
  });

  it('never takes down more executors in a row than its policy bears', () => {
    inEveryLife((chapters, { request: { kind, policy } }) => {
      for (const { to } of moves(chapters)) {
        if (kind !== 'graph' || to.status !== 'queued') continue;
        const within = to.crashesWithoutProgress <= policy.maxCrashesWithoutProgress;
        must(within, 'queued after too many crashes', to);
      }
    });
  });

  it('takes no report but of the attempt and the claim in progress', () => {
    inEveryLife((chapters) => {
      for (const { command, before, events } of chapters) {
        if (before.status === 'absent' || events.length === 0) continue;
        if (command.type === 'RequestRun' || !COMMAND_RULES[command.type].report) continue;
        const said = command as { attempt?: number; claim?: number };
        must((said.attempt ?? before.attempt) === before.attempt, 'another attempt', command);
        must((said.claim ?? before.claim) === before.claim, 'another claim', command);
        for (const event of events) {
          const attempt = attemptIn(event) ?? before.attempt;
          const next = event.type === 'RunRetryScheduled' ? 1 : 0;
          must(attempt === before.attempt + next, 'names another attempt', event);
        }
      }
    });
  });

  it('counts attempts and claims upwards, but for the replay of a dead letter', () => {
    inEveryLife((chapters) => {
      for (const { event, from, to } of moves(chapters)) {
        if (from.status === 'absent') continue;
        const claimed = event.type === 'AttemptStarted' ? 1 : 0;
        must(to.claim === from.claim + claimed, 'claim', event);
        const replayed = event.type === 'RunReplayed' && to.attempt === 1;
        must(to.attempt >= from.attempt || replayed, 'attempt', event);
      }
    });
  });

  it('is in a legal state after every event', () => {
    inEveryLife((chapters) => {
      for (const { to } of moves(chapters)) {
        const { status, executor, wait, finishedAt, startedAt, attemptStartedAt, timeoutAt } = to;
        const has = (value: unknown): boolean => value !== undefined;
        must(has(executor) === ['dequeued', 'executing'].includes(status), 'executor', to);
        must(has(wait) === (status === 'waiting'), 'wait', to);
        must(has(finishedAt) === isTerminalStatus(status), 'finishedAt', to);
        must(!isTerminalStatus(status) || !has(timeoutAt), 'timeoutAt', to);
        must(status !== 'executing' || has(attemptStartedAt), 'attemptStartedAt', to);
        must(!has(attemptStartedAt) || has(startedAt), 'startedAt', to);
      }
    });
  });

  it('is told by its stored commits alone, from the start or from a stored state', () => {
    inEveryLife((chapters) => {
      const told = chapters.filter(({ events }) => events.length > 0);
      const commits = told.map(({ command: { now }, events }, n) => {
        const actor = { kind: 'service', id: 'test' } as const;
        const decision = { commandId: `cmd_${n}`, project: 'prj_1', actor, at: now, events };
        return decodeCommit(stored(commitOf(decision)));
      });
      const last = told.at(-1)?.states.at(-1);
      const half = Math.floor(commits.length / 2);
      const snapshot = stored(foldRun(commits.slice(0, half))) as RunState;
      expect(foldRun(commits)).toEqual(last);
      expect(foldRun(commits.slice(half), snapshot)).toEqual(last);
    });
  });
});

describe('TRANSITIONS', () => {
  const nameOf = ({ event, from, to }: { event: string; from: string; to: string }): string =>
    `${event}: ${from} -> ${to}`;

  it('names every move a run can make, and no other', () => {
    const seen = new Set<string>();
    const see = (chapters: readonly Chapter[]): void => {
      for (const { event, from, to } of moves(chapters)) {
        seen.add(nameOf({ event: event.type, from: from.status, to: to.status }));
      }
    };
    for (const status of RUN_STATUSES) {
      for (const to of ['queued', 'completed', 'failed', 'canceled'] as const) {
        const override = { type: 'OverrideRun', now: at(99), to, reason: 'stuck' } as const;
        see(chaptersOf([...storyTo(status), override]));
      }
    }
    inEveryLife(see, 20260105); // rare moves must not be a matter of luck
    const table = TRANSITIONS.map(nameOf);
    const keeping = Object.entries(STATUS_KEEPING).flatMap(([event, statuses]) =>
      statuses.map((status) => nameOf({ event, from: status, to: status })),
    );
    expect(new Set(table).size).toBe(table.length);
    expect([...seen].sort()).toEqual([...table, ...keeping].sort());
  });
});
