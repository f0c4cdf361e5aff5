import { at, request, start, storyTo, waitFor } from '../../test/fixtures';
import { given } from '../../test/scenario';
import type { RunCommand } from '../commands';
import { MAX_SNOOZES } from './queue';

const queue = (
  reason: Extract<RunCommand, { type: 'QueueRun' }>['reason'],
  seconds = 5,
  more: { readonly key?: string; readonly notBefore?: string } = {},
): RunCommand => ({ type: 'QueueRun', now: at(seconds), reason, ...more });

describe('QueueRun', () => {
  it('queues a delayed run when its time has come', () => {
    const delayed = given(...storyTo('delayed'));
    expect(delayed.when(queue('due', 600))).toEqual([
      { type: 'RunQueued', data: { reason: 'due' } },
    ]);
  });

  it('refuses a timer that fires before a delayed run is due', () => {
    expect(given(...storyTo('delayed')).refusal(queue('due', 500))).toEqual({
      code: 'RUN_NOT_DUE',
      details: { due: at(600) },
    });
  });

  it('adds nothing to a run that is queued', () => {
    expect(given(request()).when(queue('due'))).toEqual([]);
  });

  it('resumes a run when its event comes, with what the event brought', () => {
    const waiting = given(...storyTo('waiting'));
    const payload = { inline: { paid: true } };
    const queued = waiting.and({ type: 'QueueRun', now: at(9), reason: 'event', payload });
    expect(queued.events.at(-1)).toEqual({ type: 'RunQueued', data: { reason: 'event', payload } });
    expect(queued.run).toMatchObject({
      status: 'queued',
      attempt: 1,
      payload: { inline: { order: 7 } },
    });
    expect(queued.run.wait).toBeUndefined();
  });

  it('refuses an event for a run that waits for a timer', () => {
    const timer = { kind: 'timer', key: 'delay:0', until: at(60) } as const;
    const waiting = given(request(), start(), waitFor(timer));
    expect(waiting.refusal(queue('event'))).toEqual({
      code: 'WAIT_MISMATCH',
      details: { waitsFor: 'timer', key: 'delay:0' },
    });
  });

  it('refuses the end of an earlier wait', () => {
    const waiting = given(...storyTo('waiting'));
    expect(waiting.refusal(queue('event', 5, { key: 'wait:7' })).code).toBe('WAIT_MISMATCH');
    expect(waiting.when(queue('event', 5, { key: 'wait:0' }))).toHaveLength(1);
  });

  it('refuses a timer that fires early', () => {
    const timer = { kind: 'timer', key: 'delay:0', until: at(60) } as const;
    const waiting = given(request(), start(), waitFor(timer));
    expect(waiting.refusal(queue('timer', 30)).code).toBe('RUN_NOT_DUE');
    expect(waiting.and(queue('timer', 60)).run.status).toBe('queued');
  });

  it('resumes a parent when its child has ended', () => {
    const child = { kind: 'child', key: 'spawn:0', childRunId: 'run_2' } as const;
    const waiting = given(request(), start(), waitFor(child));
    expect(waiting.and(queue('child')).run.status).toBe('queued');
  });

  it.each([['snoozed'], ['stale_claim']] as const)('gives a dequeued run back: %s', (reason) => {
    const { run } = given(...storyTo('dequeued'), queue(reason));
    expect(run).toMatchObject({ status: 'queued', attempt: 1 });
    expect(run.executor).toBeUndefined();
  });

  it('counts snoozes and holds the run back as long as it is told', () => {
    const { run } = given(...storyTo('dequeued'), queue('snoozed', 2, { notBefore: at(60) }));
    expect(run).toMatchObject({ snoozes: 1, notBefore: at(60) });
  });

  it('ends a run that was snoozed too often as a platform fault', () => {
    let run = given(request());
    for (let n = 1; n <= MAX_SNOOZES; n += 1) run = run.and(start(n), queue('snoozed', n));
    expect(run.run.status).toBe('queued');
    const ended = run.and(start(100), queue('snoozed', 100));
    expect(ended.run).toMatchObject({
      status: 'system_failed',
      error: { code: 'TOO_MANY_SNOOZES' },
    });
  });

  it.each([
    ['delayed', 'event'],
    ['dequeued', 'due'],
    ['executing', 'due'],
    ['executing', 'stale_claim'],
    ['paused', 'due'],
    ['waiting', 'due'],
    ['waiting', 'snoozed'],
  ] as const)('refuses to queue a run that is %s because of: %s', (status, reason) => {
    expect(given(...storyTo(status)).refusal(queue(reason))).toEqual({
      code: 'INVALID_TRANSITION',
      details: { from: status, command: 'QueueRun' },
    });
  });
});
