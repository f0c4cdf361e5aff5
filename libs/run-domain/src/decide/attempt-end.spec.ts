import {
  anError,
  aPolicy,
  at,
  complete,
  crash,
  fail,
  request,
  start,
  storyTo,
  waitFor,
} from '../../test/fixtures';
import { given, types } from '../../test/scenario';
import type { RunCommand, StepEvent } from '../commands';
import type { RunPolicy } from '../events';

const withPolicy = (overrides: Partial<RunPolicy>, kind: 'graph' | 'job' = 'graph') =>
  given(request({ kind, policy: aPolicy(overrides) }), start(1));

const timeOut = (seconds: number, attempt?: number): RunCommand => ({
  type: 'TimeOutRun',
  now: at(seconds),
  random: 0.5,
  ...(attempt !== undefined && { attempt }),
});

describe('FailAttempt', () => {
  it('schedules the next attempt after the delay of the policy', () => {
    const executing = given(...storyTo('executing'));
    expect(executing.when(fail(1, 2))).toEqual([
      { type: 'AttemptFailed', data: { attempt: 1, reason: 'server', error: anError } },
      { type: 'RunRetryScheduled', data: { attempt: 2, notBefore: at(3) } },
    ]);
    const { run } = executing.and(fail(1, 2));
    expect(run).toMatchObject({
      status: 'queued',
      attempt: 2,
      failures: 1,
      error: anError,
      errorClass: 'server',
      notBefore: at(3),
    });
    expect(run.attemptStartedAt).toBeUndefined();
    expect(run.timeoutAt).toBeUndefined();
    expect(run.executor).toBeUndefined();
  });

  it('waits as long as the other side asked for', () => {
    const [, retry] = given(...storyTo('executing')).when({ ...fail(1, 2), retryAfterMs: 20_000 });
    expect(retry?.data).toMatchObject({ notBefore: at(22) });
  });

  it('ends a run without tries left as failed', () => {
    const failed = withPolicy({ maxAttempts: 1 });
    expect(types(failed.when(fail(1)))).toEqual(['AttemptFailed', 'RunFailed']);
    expect(failed.and(fail(1)).run).toMatchObject({
      status: 'failed',
      error: anError,
      finishedAt: at(2),
    });
  });

  it('counts no lost executor toward a dead letter', () => {
    const policy = { maxAttempts: 1, deadLetterFrom: 3 };
    const lostTwice = withPolicy(policy).and(crash(), start(3), crash(4), start(5));
    expect(lostTwice.run).toMatchObject({ attempt: 3, failures: 0 });
    expect(types(lostTwice.when(fail(3, 6)))).toEqual(['AttemptFailed', 'RunFailed']);
  });

  it('ends it as a dead letter from the attempt the policy names', () => {
    const policy = { maxAttempts: 2, deadLetterFrom: 2 };
    expect(withPolicy(policy).and(fail(1, 2), start(9), fail(2, 10)).run.status).toBe(
      'dead_letter',
    );
    expect(withPolicy({ ...policy, maxAttempts: 1 }).and(fail(1)).run.status).toBe('failed');
  });

  it.each([['client'], ['auth'], ['oom'], ['budget']] as const)('never retries: %s', (reason) => {
    const command = { ...fail(1), reason };
    expect(types(withPolicy({}).when(command))).toEqual(['AttemptFailed', 'RunFailed']);
    expect(types(withPolicy({ deadLetterFrom: 1 }).when(command))).toEqual([
      'AttemptFailed',
      'RunDeadLettered',
    ]);
  });

  it('ends the run as failed when the worker itself gives up, whatever the policy says', () => {
    const command = { ...fail(1), final: true };
    expect(types(withPolicy({ deadLetterFrom: 1 }).when(command))).toEqual([
      'AttemptFailed',
      'RunFailed',
    ]);
  });

  it('lets a worker give up while the run waits, and no more than that', () => {
    const waiting = given(...storyTo('waiting'));
    expect(waiting.and({ ...fail(1), final: true }).run.status).toBe('failed');
    expect(waiting.refusal(fail(1)).code).toBe('INVALID_TRANSITION');
  });

  it('refuses the report of a stale attempt', () => {
    const second = given(...storyTo('executing'), fail(1, 2), start(3, 'exe_2'));
    expect(second.refusal(fail(1)).code).toBe('STALE_ATTEMPT');
    expect(given(...storyTo('executing'), fail(1)).refusal(fail(1)).code).toBe('STALE_ATTEMPT');
  });

  it('gives a retry its time to start again', () => {
    const run = given(request({ expiresAt: at(60) }), start(50), fail(1, 55));
    expect(run.events.at(-1)?.data).toMatchObject({ notBefore: at(56), expiresAt: at(116) });
    expect(run.run.expiresAt).toBe(at(116));
  });

  it('lifts a retry in priority, up to ten', () => {
    const retry = { ...aPolicy().retry, priorityBoost: 6 };
    const once = given(request({ priority: 3, policy: aPolicy({ retry }) }), start(), fail(1, 2));
    expect(once.run.priority).toBe(9);
    expect(once.and(start(9), fail(2, 10)).run.priority).toBe(10);
  });
});

describe('TimeOutRun', () => {
  it('retries an attempt that is over time', () => {
    const timedOut = given(...storyTo('executing')).and(timeOut(31));
    expect(types(timedOut.events).slice(-2)).toEqual(['AttemptFailed', 'RunRetryScheduled']);
    expect(timedOut.run).toMatchObject({ attempt: 2, errorClass: 'timeout' });
  });

  it('ends the run as timed out with the last try, never as a dead letter', () => {
    const { run } = withPolicy({ maxAttempts: 1, deadLetterFrom: 1 }).and(timeOut(31));
    expect(run).toMatchObject({ status: 'timed_out', error: { code: 'EXECUTION_TIMEOUT' } });
  });

  it('is final where the deadline is of the whole run', () => {
    const { run } = withPolicy({ timeout: { ms: 30_000, scope: 'run' } }).and(timeOut(31));
    expect(run).toMatchObject({ status: 'timed_out', failures: 1 });
  });

  it('refuses a clock that is early, and believes the holder of the attempt', () => {
    const executing = given(...storyTo('executing'));
    expect(executing.refusal(timeOut(20))).toEqual({
      code: 'RUN_NOT_DUE',
      details: { due: at(31) },
    });
    expect(executing.when(timeOut(20, 1))).toHaveLength(2);
    expect(executing.refusal(timeOut(31, 2)).code).toBe('STALE_ATTEMPT');
  });

  it('ends a run whose event did not come', () => {
    const wait = { kind: 'event', key: 'wait:0', eventKey: 'paid', until: at(60) } as const;
    const waiting = given(request(), start(), waitFor(wait));
    expect(waiting.refusal(timeOut(30)).code).toBe('RUN_NOT_DUE');
    expect(types(waiting.when(timeOut(60)))).toEqual(['RunTimedOut']);
    expect(waiting.and(timeOut(60)).run).toMatchObject({
      status: 'timed_out',
      error: { code: 'WAIT_TIMEOUT' },
    });
  });

  it('never ends a wait that has no deadline', () => {
    expect(given(...storyTo('waiting')).refusal(timeOut(9999)).code).toBe('RUN_NOT_DUE');
  });

  it('counts a wait toward the deadline of the whole run', () => {
    const policy = aPolicy({ timeout: { ms: 30_000, scope: 'run' } });
    const wait = { kind: 'timer', key: 'delay:0', until: at(600) } as const;
    const waiting = given(request({ policy }), start(1), waitFor(wait));
    expect(waiting.run.timeoutAt).toBe(at(31));
    expect(waiting.and(timeOut(31)).run.status).toBe('timed_out');
  });

  it('takes the earlier of the two deadlines of a waiting run', () => {
    const policy = aPolicy({ timeout: { ms: 30_000, scope: 'run' } });
    const until = (seconds: number) =>
      waitFor({ kind: 'event', key: 'wait:0', eventKey: 'paid', until: at(seconds) });
    const due = (seconds: number) =>
      given(request({ policy }), start(1), until(seconds)).refusal(timeOut(3)).details['due'];
    expect(due(20)).toBe(at(20));
    expect(due(200)).toBe(at(31));
  });
});

describe('CrashAttempt', () => {
  const recorded: StepEvent = {
    type: 'StepCompleted',
    data: {
      attempt: 2,
      key: 'a:0',
      nodeId: 'a',
      nodeType: 'HttpRequest',
      effect: 'outside',
      output: { inline: 1 },
      startedAt: at(3),
      durationMs: 1,
    },
  };
  const record = (steps: StepEvent[]): RunCommand => ({
    type: 'RecordSteps',
    now: at(4),
    attempt: 2,
    steps,
  });

  it('continues a journaled run at once, without using a try', () => {
    const executing = withPolicy({ maxAttempts: 1 });
    expect(executing.when(crash(5))).toEqual([
      {
        type: 'AttemptCrashed',
        data: {
          attempt: 1,
          executor: 'exe_1',
          error: { type: 'CrashError', message: 'heartbeat lost' },
        },
      },
      { type: 'RunRetryScheduled', data: { attempt: 2, notBefore: at(5) } },
    ]);
    expect(executing.and(crash(5)).run).toMatchObject({
      status: 'queued',
      attempt: 2,
      failures: 0,
      crashesWithoutProgress: 1,
    });
  });

  it('ends a journaled run that takes down more executors in a row than it may', () => {
    const policy = { maxCrashesWithoutProgress: 1 };
    const once = withPolicy(policy).and(crash(2), start(3));
    expect(once.run.status).toBe('executing');
    expect(once.and(crash(4)).run).toMatchObject({
      status: 'crashed',
      error: { message: 'heartbeat lost' },
    });
  });

  it('forgives earlier crashes once a step is recorded', () => {
    const policy = { maxCrashesWithoutProgress: 1 };
    const progressed = withPolicy(policy).and(crash(2), start(3), record([recorded]));
    expect(progressed.run.crashesWithoutProgress).toBe(0);
    expect(progressed.and(crash(4)).run.status).toBe('queued');
  });

  it('does not take for progress what runs again on every attempt', () => {
    const again: StepEvent = {
      type: 'StepCompleted',
      data: { ...recorded.data, effect: 'none', output: { inline: 1 } },
    };
    const { run } = withPolicy({}).and(crash(2), start(3), record([again]));
    expect(run.crashesWithoutProgress).toBe(1);
  });

  it('uses a try of a job, with the delay of the policy, until the last', () => {
    const job = withPolicy({ maxAttempts: 2 }, 'job');
    const once = job.and(crash(5));
    expect(once.run).toMatchObject({ status: 'queued', attempt: 2, failures: 1, notBefore: at(6) });
    expect(once.and(start(7), crash(8)).run).toMatchObject({ status: 'crashed', failures: 2 });
  });

  it('refuses a crash of an executor that does not hold the run', () => {
    const executing = given(...storyTo('executing'));
    expect(executing.refusal(crash(2, 'exe_2'))).toMatchObject({
      code: 'STALE_ATTEMPT',
      details: { reported: { executor: 'exe_2' } },
    });
    expect(given(...storyTo('waiting')).refusal(crash()).code).toBe('STALE_ATTEMPT');
  });

  it('makes the late result of the dead executor stale', () => {
    expect(given(...storyTo('executing'), crash(5)).refusal(complete(1)).code).toBe(
      'STALE_ATTEMPT',
    );
  });
});

describe('SystemFailRun', () => {
  const command = { type: 'SystemFailRun', now: at(2), error: anError } as const;

  it('ends a run that the platform cannot run', () => {
    expect(given(...storyTo('dequeued'), command).run).toMatchObject({
      status: 'system_failed',
      error: anError,
    });
  });

  it('refuses a run that nobody has taken', () => {
    expect(given(request()).refusal(command).code).toBe('INVALID_TRANSITION');
  });
});
