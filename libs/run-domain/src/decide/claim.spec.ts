import { aPolicy, at, fail, request, start, storyTo } from '../../test/fixtures';
import { given } from '../../test/scenario';

describe('StartAttempt', () => {
  it('claims a queued run and sets its deadline', () => {
    const queued = given(request());
    expect(queued.when(start(1))).toEqual([
      {
        type: 'AttemptStarted',
        data: { attempt: 1, claim: 1, executor: 'exe_1', startedAt: at(1), timeoutAt: at(31) },
      },
    ]);
    expect(queued.and(start(1)).run).toMatchObject({
      status: 'executing',
      executor: 'exe_1',
      startedAt: at(1),
      attemptStartedAt: at(1),
      timeoutAt: at(31),
    });
  });

  it('lets one of two takers win', () => {
    const taken = given(request(), start(1, 'exe_1'));
    expect(taken.refusal(start(1, 'exe_2'))).toEqual({
      code: 'INVALID_TRANSITION',
      details: { from: 'executing', command: 'StartAttempt' },
    });
  });

  it('counts every claim, also of the same attempt', () => {
    const { run } = given(
      ...storyTo('paused'),
      { type: 'ResumeRun', now: at(3) },
      start(4, 'exe_2'),
    );
    expect(run).toMatchObject({ attempt: 1, claim: 2, executor: 'exe_2' });
  });

  it('keeps the first start of an attempt that is claimed again', () => {
    const { run } = given(...storyTo('paused'), { type: 'ResumeRun', now: at(3) }, start(9));
    expect(run).toMatchObject({ attemptStartedAt: at(1), startedAt: at(1), timeoutAt: at(39) });
  });

  it('measures the deadline of a whole run from its first start', () => {
    const policy = aPolicy({ timeout: { ms: 30_000, scope: 'run' } });
    const { run } = given(request({ policy }), start(1), fail(1, 2), start(10));
    expect(run).toMatchObject({
      attempt: 2,
      startedAt: at(1),
      attemptStartedAt: at(10),
      timeoutAt: at(31),
    });
  });

  it('refuses a start before the time of a retry, and says when', () => {
    const retrying = given(
      request({ policy: aPolicy({ retry: { ...aPolicy().retry, baseMs: 60_000 } }) }),
      start(1),
      fail(1, 2),
    );
    expect(retrying.refusal(start(10))).toEqual({ code: 'RUN_NOT_DUE', details: { due: at(62) } });
    expect(retrying.and(start(62)).run.attempt).toBe(2);
  });

  it('bears clocks that differ by less than a second', () => {
    const retrying = given(
      request({ policy: aPolicy({ retry: { ...aPolicy().retry, baseMs: 60_000 } }) }),
      start(1),
      fail(1, 2),
    );
    expect(retrying.and(start(61)).run.status).toBe('executing');
    expect(retrying.refusal(start(60.999)).code).toBe('RUN_NOT_DUE');
  });

  it('lets the executor that dequeued a run start it, and no other', () => {
    const dequeued = given(...storyTo('dequeued'));
    expect(dequeued.refusal(start(2, 'exe_2'))).toEqual({
      code: 'RUN_CLAIMED',
      details: { executor: 'exe_1' },
    });
    expect(dequeued.and(start(2, 'exe_1')).run.status).toBe('executing');
  });

  it('refuses a run that has ended', () => {
    expect(given(...storyTo('canceled')).refusal(start())).toEqual({
      code: 'RUN_TERMINAL',
      details: { status: 'canceled' },
    });
  });
});

describe('DequeueRun', () => {
  it('takes a queued run without starting it', () => {
    const { run } = given(...storyTo('dequeued'));
    expect(run).toMatchObject({ status: 'dequeued', executor: 'exe_1', claim: 0 });
    expect(run.startedAt).toBeUndefined();
  });

  it('refuses a run that is not due', () => {
    const snoozed = given(...storyTo('dequeued'), {
      type: 'QueueRun',
      now: at(2),
      reason: 'snoozed',
      notBefore: at(60),
    });
    const command = { type: 'DequeueRun', now: at(3), executor: 'exe_2' } as const;
    expect(snoozed.refusal(command).code).toBe('RUN_NOT_DUE');
  });
});
