import { at, complete, request, start, storyTo, waitFor } from '../../test/fixtures';
import { given, types } from '../../test/scenario';
import type { RunCommand, StepEvent } from '../commands';
import { decideAll } from '../decide';
import { initialState } from '../state';

const step = (key: string, attempt = 1): StepEvent => ({
  type: 'StepCompleted',
  data: {
    attempt,
    key,
    nodeId: key,
    nodeType: 'HttpRequest',
    effect: 'outside',
    output: { inline: 200 },
    startedAt: at(1),
    durationMs: 12,
  },
});
const record = (steps: StepEvent[], attempt = 1): RunCommand => ({
  type: 'RecordSteps',
  now: at(2),
  attempt,
  steps,
});

describe('RecordSteps', () => {
  it('adds the steps of the attempt in progress as they are', () => {
    const executing = given(...storyTo('executing'));
    expect(executing.when(record([step('a:0'), step('b:0')]))).toEqual([step('a:0'), step('b:0')]);
  });

  it('refuses all of them when one is of another attempt', () => {
    const executing = given(...storyTo('executing'));
    expect(executing.refusal(record([step('a:0'), step('b:0', 2)])).code).toBe('STALE_ATTEMPT');
  });

  it('refuses the report of a stale attempt', () => {
    expect(given(...storyTo('executing')).refusal(record([], 2))).toMatchObject({
      code: 'STALE_ATTEMPT',
      details: { attempt: 1, claim: 1, reported: { attempt: 2 } },
    });
  });

  it('refuses the report of an earlier claim of the same attempt', () => {
    const again = given(...storyTo('paused'), { type: 'ResumeRun', now: at(3) }, start(4, 'exe_2'));
    const late = {
      type: 'RecordSteps',
      now: at(5),
      attempt: 1,
      claim: 1,
      steps: [step('a:0')],
    } as const;
    expect(again.refusal(late).code).toBe('STALE_ATTEMPT');
    expect(again.when({ ...late, claim: 2 })).toHaveLength(1);
  });

  it('refuses steps of a paused attempt', () => {
    expect(given(...storyTo('paused')).refusal(record([step('a:0')])).code).toBe('STALE_ATTEMPT');
  });
});

describe('WaitRun', () => {
  it('parks the attempt and frees its executor', () => {
    const wait = { kind: 'timer', key: 'delay:0', until: at(60) } as const;
    const { run, events } = given(request(), start(), waitFor(wait));
    expect(events.at(-1)).toEqual({ type: 'RunWaiting', data: { attempt: 1, wait } });
    expect(run).toMatchObject({ status: 'waiting', wait, attempt: 1 });
    expect(run.executor).toBeUndefined();
  });

  it('tells how many log lines were told', () => {
    const wait = { kind: 'timer', key: 'delay:0', until: at(60) } as const;
    const command = { type: 'WaitRun', now: at(2), attempt: 1, wait, logLines: 4 } as const;
    expect(given(...storyTo('executing')).when(command)).toEqual([
      { type: 'RunWaiting', data: { attempt: 1, wait, logLines: 4 } },
    ]);
  });
});

describe('CompleteRun', () => {
  it('ends the run with its output and its time', () => {
    const done = given(request(), start(1), complete(1, 3.5));
    expect(done.events.at(-1)).toEqual({
      type: 'RunCompleted',
      data: { attempt: 1, output: { inline: 'done' }, durationMs: 2500 },
    });
    expect(done.run).toMatchObject({
      status: 'completed',
      output: { inline: 'done' },
      finishedAt: at(3.5),
    });
  });

  it('is accepted from a worker while the run waits', () => {
    expect(given(...storyTo('waiting'), complete()).run.status).toBe('completed');
  });

  it.each([['paused'], ['queued'], ['dequeued']] as const)(
    'is stale for a run that is %s',
    (status) => {
      expect(given(...storyTo(status)).refusal(complete(1)).code).toBe('STALE_ATTEMPT');
    },
  );

  it('is refused for a run that was canceled meanwhile', () => {
    const canceled = given(...storyTo('executing'), {
      type: 'CancelRun',
      now: at(2),
      reason: 'no',
    });
    expect(canceled.refusal(complete(1))).toEqual({
      code: 'RUN_TERMINAL',
      details: { status: 'canceled' },
    });
  });
});

describe(decideAll, () => {
  it('makes a short run one commit', () => {
    const events = decideAll(
      [request(), start(1), record([step('a:0')]), complete(1, 2)],
      initialState,
    );
    expect(types(events)).toEqual([
      'RunRequested',
      'AttemptStarted',
      'StepCompleted',
      'RunCompleted',
    ]);
    expect(events.at(-1)?.data).toMatchObject({ attempt: 1, durationMs: 1000 });
  });

  it('adds nothing at all when one of the commands is refused', () => {
    expect(() => decideAll([request(), start(), complete(2)], initialState)).toThrow(
      /no longer holds/,
    );
  });
});
