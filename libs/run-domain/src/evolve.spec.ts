import { anError, at, aRequest, request, start, storyTo } from '../test/fixtures';
import { given, refusalOf } from '../test/scenario';
import { commitOf } from './commit-of';
import { decideAll } from './decide';
import type { RunEvent } from './events';
import { evolve } from './evolve';
import { foldRun } from './fold-run';
import { initialState } from './state';
import { RUN_STATUSES } from './status';

describe(evolve, () => {
  it.each(RUN_STATUSES)('reaches %s by commands alone', (status) => {
    expect(given(...storyTo(status)).run.status).toBe(status);
  });

  it('refuses an event that it does not know', () => {
    for (const type of ['RunExploded', 'constructor', '__proto__']) {
      const unknown = { type, data: {} } as unknown as RunEvent;
      const act = () => evolve(given(request()).run, unknown, at(1));
      expect(refusalOf(act).code).toBe('EVENT_ILLEGAL');
    }
  });

  it('refuses an event that the status does not allow', () => {
    const completed: RunEvent = {
      type: 'RunCompleted',
      data: { attempt: 1, output: { inline: 1 }, durationMs: 1 },
    };
    expect(() => evolve(given(request()).run, completed, at(1))).toThrow(
      'RunCompleted cannot follow: the run is queued',
    );
    expect(() => evolve(initialState, completed, at(1))).toThrow(/the run is absent/);
  });

  it('refuses a second beginning', () => {
    const again: RunEvent = { type: 'RunRequested', data: aRequest() };
    expect(() => evolve(given(request()).run, again, at(1))).toThrow(/cannot follow/);
  });

  it('changes no state it was given', () => {
    const { run } = given(...storyTo('executing'));
    const before = structuredClone(run);
    evolve(run, { type: 'RunFailed', data: { attempt: 1, error: anError } }, at(2));
    expect(run).toEqual(before);
  });

  it('does without the fields that older events did not have', () => {
    const claimed: RunEvent = {
      type: 'AttemptStarted',
      data: { attempt: 1, claim: 1, executor: 'exe_1' },
    };
    expect(evolve(given(request()).run, claimed, at(4))).toMatchObject({
      startedAt: at(4),
      attemptStartedAt: at(4),
    });
    const overridden: RunEvent = { type: 'RunOverridden', data: { to: 'queued', reason: 'again' } };
    expect(evolve(given(...storyTo('failed')).run, overridden, at(9))).toMatchObject({
      status: 'queued',
      attempt: 1,
    });
  });
});

describe(foldRun, () => {
  const commitAt = (seconds: number, events: readonly RunEvent[]) =>
    commitOf({
      commandId: `cmd_${seconds}`,
      project: 'prj_1',
      actor: { kind: 'service', id: 'gateway' },
      at: at(seconds),
      events,
    });

  it('gives the state that was decided on', () => {
    const asked = decideAll([request()], initialState);
    const state = foldRun([commitAt(0, asked)]);
    const started = decideAll([start(1)], state);
    expect(foldRun([commitAt(0, asked), commitAt(1, started)])).toEqual(
      given(request(), start(1)).run,
    );
    expect(foldRun([commitAt(1, started)], state)).toEqual(given(request(), start(1)).run);
  });

  it('gives an absent run for no history', () => {
    expect(foldRun([])).toEqual({ status: 'absent' });
  });
});
