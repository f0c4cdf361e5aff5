import { anError, at, fail, request, start, waitFor } from '../test/fixtures';
import { eventsOf, given } from '../test/scenario';
import type { RunCommand, StepEvent } from './commands';
import type { RunEvent } from './events';
import { foldJournal } from './journal';

const completed = (
  key: string,
  effect: 'outside' | 'value' | 'none',
  output: string,
): StepEvent => ({
  type: 'StepCompleted',
  data: {
    attempt: 1,
    key,
    nodeId: key,
    nodeType: 'Any',
    effect,
    output: { inline: output },
    startedAt: at(1),
    durationMs: 1,
  },
});
const failedStep = (key: string): StepEvent => ({
  type: 'StepFailed',
  data: {
    attempt: 1,
    key,
    nodeId: key,
    nodeType: 'Any',
    error: anError,
    startedAt: at(1),
    durationMs: 1,
  },
});
const record = (...steps: StepEvent[]): RunCommand => ({
  type: 'RecordSteps',
  now: at(2),
  attempt: 1,
  steps,
});
const override = (key: string): RunCommand => ({
  type: 'OverrideStep',
  now: at(3),
  key,
  output: { inline: 'by hand' },
  reason: 'checked',
});
const journalOf = (events: readonly RunEvent[]) => foldJournal([{ events: events as never }]);
const storyOf = (...commands: RunCommand[]) => journalOf(eventsOf(request(), start(), ...commands));

describe(foldJournal, () => {
  it('keeps what touched the world and what was drawn, not pure work', () => {
    const journal = storyOf(
      record(
        completed('a:0', 'outside', 'A'),
        completed('now:0', 'value', 'N'),
        completed('p:0', 'none', 'P'),
      ),
    );
    expect(journal.steps).toEqual({ 'a:0': { ok: true, output: { inline: 'A' } } });
    expect(journal.values).toEqual({ 'now:0': { inline: 'N' } });
  });

  it('keeps a failed step, so that a crash replays the failure that was caught', () => {
    expect(storyOf(record(failedStep('a:0'))).steps).toEqual({
      'a:0': { ok: false, error: anError },
    });
  });

  it('forgets failed steps with a failed attempt, so that the next try tries them again', () => {
    const journal = storyOf(record(completed('a:0', 'outside', 'A'), failedStep('b:0')), fail(1));
    expect(Object.keys(journal.steps)).toEqual(['a:0']);
  });

  it('forgets nothing with a crash', () => {
    const lost = {
      type: 'CrashAttempt',
      now: at(9),
      random: 0,
      executor: 'exe_1',
      error: anError,
    } as const;
    expect(Object.keys(storyOf(record(failedStep('b:0')), lost).steps)).toEqual(['b:0']);
  });

  it('lets the operator win over what a step did before and does after', () => {
    const before = storyOf(record(failedStep('a:0')), override('a:0'));
    const after = storyOf(override('a:0'), record(completed('a:0', 'outside', 'late')));
    const afterFailure = storyOf(override('a:0'), record(failedStep('a:0')), fail(1));
    for (const journal of [before, after, afterFailure]) {
      expect(journal.steps).toEqual({ 'a:0': { ok: true, output: { inline: 'by hand' } } });
    }
  });

  it('lets the last of two overrides win', () => {
    const again = { ...override('a:0'), output: { inline: 'corrected' } } as RunCommand;
    expect(storyOf(override('a:0'), again).steps['a:0']).toEqual({
      ok: true,
      output: { inline: 'corrected' },
    });
  });

  it('counts a timer that has run out as a step that gave nothing', () => {
    const timer = waitFor({ kind: 'timer', key: 'delay:0', until: at(60) });
    const waiting = storyOf(timer);
    const due = storyOf(timer, { type: 'QueueRun', now: at(60), reason: 'timer' });
    expect(waiting.steps).toEqual({});
    expect(due.steps).toEqual({ 'delay:0': { ok: true, output: { inline: null } } });
  });

  it.each([
    ['event', { kind: 'event', key: 'w:0', eventKey: 'paid' }],
    ['child', { kind: 'child', key: 'w:0', childRunId: 'run_2' }],
  ] as const)('gives a wait for: %s what it brought', (reason, wait) => {
    const payload = { inline: { amount: 3 } };
    const journal = storyOf(waitFor(wait), { type: 'QueueRun', now: at(9), reason, payload });
    expect(journal.steps).toEqual({ 'w:0': { ok: true, output: payload } });
  });

  it('gives nothing for a wait that an operator cut short', () => {
    const journal = storyOf(waitFor({ kind: 'event', key: 'w:0', eventKey: 'paid' }), {
      type: 'OverrideRun',
      now: at(9),
      to: 'queued',
      reason: 'again',
    });
    expect(journal.steps).toEqual({});
  });

  it('tells how many log lines were told', () => {
    const step = completed('a:0', 'outside', 'A');
    const told = { ...step, data: { ...step.data, logLines: 3 } } as StepEvent;
    expect(storyOf(record(told, completed('b:0', 'none', 'B'))).logLines).toBe(3);
    expect(storyOf().logLines).toBe(0);
  });

  it('keeps keys named like prototypes as plain keys', () => {
    const { steps } = storyOf(record(completed('__proto__', 'outside', 'A')));
    expect(Object.keys(steps)).toEqual(['__proto__']);
    expect('constructor' in steps).toBe(false);
  });

  it('reads a history of several commits as one', () => {
    const { events } = given(request(), start(), record(completed('a:0', 'outside', 'A')));
    const single = journalOf(events);
    const several = foldJournal(events.map((event) => ({ events: [event] as never })));
    expect(several).toEqual(single);
  });
});
