import { at, complete, fail, request, start, storyTo } from '../../test/fixtures';
import { given, refusalOf } from '../../test/scenario';
import { initialState } from '../state';
import { decide } from '../decide';
import type { RunCommand } from '../commands';
import { RUN_STATUSES, isTerminalStatus, TERMINAL_STATUSES } from '../status';

const cancel: RunCommand = { type: 'CancelRun', now: at(9), reason: 'canceled by user' };
const pause: RunCommand = { type: 'PauseRun', now: at(9), reason: 'look at it' };
const resume: RunCommand = { type: 'ResumeRun', now: at(9) };
const restart: RunCommand = { type: 'RestartRun', now: at(9), reason: 'drain' };
const reschedule = (seconds: number): RunCommand => ({
  type: 'RescheduleRun',
  now: at(9),
  scheduledAt: at(seconds),
});
const expire = (seconds: number): RunCommand => ({ type: 'ExpireRun', now: at(seconds) });
const live = RUN_STATUSES.filter((status) => !isTerminalStatus(status));

describe('CancelRun', () => {
  it.each(live)('ends a run that is %s', (status) => {
    const { run } = given(...storyTo(status), cancel);
    expect(run).toMatchObject({
      status: 'canceled',
      finishedAt: at(9),
      error: { message: 'canceled by user' },
    });
    expect(run.executor).toBeUndefined();
    expect(run.wait).toBeUndefined();
  });

  it.each(TERMINAL_STATUSES)('refuses a run that has ended as %s', (status) => {
    expect(given(...storyTo(status)).refusal(cancel)).toEqual({
      code: 'RUN_TERMINAL',
      details: { status },
    });
  });

  it('refuses a run that does not exist', () => {
    expect(refusalOf(() => decide(cancel, initialState)).code).toBe('RUN_NOT_FOUND');
  });
});

describe('PauseRun', () => {
  it('takes an executing run off its executor', () => {
    const paused = given(...storyTo('executing'), pause);
    expect(paused.events.at(-1)).toEqual({ type: 'RunPaused', data: { reason: 'look at it' } });
    expect(paused.run).toMatchObject({ status: 'paused', attempt: 1 });
    expect(paused.run.executor).toBeUndefined();
  });

  it('adds nothing to a paused run', () => {
    expect(given(...storyTo('paused')).when(pause)).toEqual([]);
  });

  it.each([['queued'], ['delayed'], ['waiting'], ['dequeued']] as const)(
    'refuses a run that is %s',
    (status) => {
      expect(given(...storyTo(status)).refusal(pause)).toEqual({
        code: 'INVALID_TRANSITION',
        details: { from: status, command: 'PauseRun' },
      });
    },
  );
});

describe('ResumeRun', () => {
  it('queues a paused run with the same attempt', () => {
    const resumed = given(...storyTo('paused'), resume);
    expect(resumed.events.at(-1)).toEqual({ type: 'RunResumed', data: {} });
    expect(resumed.run).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
  });

  it('refuses a run that is not paused', () => {
    expect(given(...storyTo('executing')).refusal(resume).code).toBe('INVALID_TRANSITION');
  });
});

describe('RestartRun', () => {
  it.each([['executing'], ['paused']] as const)(
    'queues a run that is %s, same attempt',
    (status) => {
      const { run } = given(...storyTo(status), restart);
      expect(run).toMatchObject({ status: 'queued', attempt: 1, claim: 1, failures: 0 });
    },
  );

  it('makes the report of the claim before it stale', () => {
    const again = given(...storyTo('executing'), restart, start(10, 'exe_2'));
    const late = { type: 'CompleteRun', now: at(11), attempt: 1, output: { inline: 0 } } as const;
    expect(again.refusal({ ...late, claim: 1 }).code).toBe('STALE_ATTEMPT');
    expect(again.when({ ...late, claim: 2 })).toHaveLength(1);
  });

  it('refuses a queued run', () => {
    expect(given(request()).refusal(restart).code).toBe('INVALID_TRANSITION');
  });
});

describe('RescheduleRun', () => {
  it('delays a queued run', () => {
    expect(given(request(), reschedule(60)).run).toMatchObject({
      status: 'delayed',
      notBefore: at(60),
    });
  });

  it('queues a delayed run that is moved to the past', () => {
    expect(given(...storyTo('delayed'), reschedule(5)).run.status).toBe('queued');
  });

  it('moves a delayed run, and its earlier timer is not due any more', () => {
    const moved = given(...storyTo('delayed'), reschedule(900));
    const timer = { type: 'QueueRun', now: at(600), reason: 'due' } as const;
    expect(moved.refusal(timer).code).toBe('RUN_NOT_DUE');
  });

  it('replaces the payload where one is given', () => {
    const payload = { inline: 'other' };
    const command = { ...reschedule(60), payload } as RunCommand;
    expect(given(request(), command).run.payload).toEqual(payload);
    expect(given(request(), reschedule(60)).run.payload).toEqual({ inline: { order: 7 } });
  });

  it('counts the time to start from the new start', () => {
    const { run } = given(request({ expiresAt: at(60) }), reschedule(600));
    expect(run.expiresAt).toBe(at(660));
  });

  it('accepts a retry that has not started', () => {
    expect(given(...storyTo('executing'), fail(1), reschedule(60)).run.status).toBe('delayed');
  });

  it('refuses an attempt that has started', () => {
    expect(given(...storyTo('paused'), resume).refusal(reschedule(60)).code).toBe(
      'NOT_RESCHEDULABLE',
    );
  });
});

describe('ExpireRun', () => {
  it.each([
    ['delayed', { scheduledAt: at(600) }],
    ['queued', {}],
    ['waiting', { dependsOn: ['job_up'] }],
  ] as const)('ends a %s run that has not started in time', (status, overrides) => {
    const unstarted = given(request({ ...overrides, expiresAt: at(700) }));
    expect(unstarted.run.status).toBe(status);
    expect(unstarted.and(expire(700)).run).toMatchObject({
      status: 'expired',
      error: { message: 'run expired', code: 'RUN_EXPIRED' },
    });
  });

  it('refuses before the time', () => {
    expect(given(request({ expiresAt: at(60) })).refusal(expire(30))).toEqual({
      code: 'RUN_NOT_DUE',
      details: { due: at(60) },
    });
  });

  it('refuses a run without such a time', () => {
    expect(given(request()).refusal(expire(9999)).code).toBe('RUN_NOT_DUE');
  });

  it('spares a run that has started and is queued again', () => {
    const resumed = given(
      request({ expiresAt: at(60) }),
      start(1),
      { ...pause, now: at(2) },
      resume,
    );
    expect(resumed.refusal(expire(9999)).code).toBe('RUN_NOT_DUE');
  });

  it('refuses a run that executes', () => {
    const executing = given(request({ expiresAt: at(60) }), start(1));
    expect(executing.refusal(expire(61)).code).toBe('INVALID_TRANSITION');
    expect(executing.and(complete(1)).refusal(expire(61)).code).toBe('RUN_TERMINAL');
  });
});
