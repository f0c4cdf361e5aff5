import { aPolicy, aRequest, at, request } from '../../test/fixtures';
import { given, refusalOf } from '../../test/scenario';
import { decide } from '../decide';
import { initialState } from '../state';

describe('RequestRun', () => {
  it('queues a run that is asked for now', () => {
    const { run, events } = given(request());
    expect(events).toEqual([{ type: 'RunRequested', data: aRequest() }]);
    expect(run).toMatchObject({ status: 'queued', attempt: 1, claim: 0, requestedAt: at(0) });
  });

  it('keeps the payload apart from the rest of the request', () => {
    const { run } = given(request());
    expect(run.payload).toEqual({ inline: { order: 7 } });
    expect(run.request).not.toHaveProperty('payload');
  });

  it('delays a run that is asked for a later time', () => {
    const { run } = given(request({ scheduledAt: at(60) }));
    expect(run).toMatchObject({ status: 'delayed', notBefore: at(60) });
  });

  it('queues a run whose time has passed', () => {
    expect(given(request({ scheduledAt: at(-60) })).run.status).toBe('queued');
  });

  it('lets a run wait for its upstream', () => {
    const { run } = given(request({ dependsOn: ['job_up'] }));
    expect(run).toMatchObject({
      status: 'waiting',
      wait: { kind: 'dependency', dependsOn: ['job_up'] },
    });
  });

  it('lets a run with an upstream and a later time wait first, and start at its time', () => {
    const waiting = given(request({ dependsOn: ['job_up'], scheduledAt: at(60) }));
    expect(waiting.run.status).toBe('waiting');
    const queued = waiting.and({ type: 'QueueRun', now: at(5), reason: 'dependency' });
    expect(queued.run).toMatchObject({ status: 'queued', notBefore: at(60) });
  });

  it('starts a manual retry at the attempt it is told', () => {
    expect(given(request({ firstAttempt: 3 })).run.attempt).toBe(3);
  });

  it('refuses an id that is taken', () => {
    expect(given(request()).refusal(request()).code).toBe('RUN_ALREADY_EXISTS');
  });

  it.each([
    ['no tries', { policy: aPolicy({ maxAttempts: 0 }) }],
    ['no time', { policy: aPolicy({ timeout: { ms: 0, scope: 'run' } }) }],
    ['a priority past 10', { priority: 11 }],
    ['a priority that is no number', { priority: NaN }],
    ['an attempt before the first', { firstAttempt: 0 }],
    ['negative crashes', { policy: aPolicy({ maxCrashesWithoutProgress: -1 }) }],
    [
      'jitter past the whole delay',
      { policy: aPolicy({ retry: { ...aPolicy().retry, jitter: 2 } }) },
    ],
  ])('refuses %s', (_what, overrides) => {
    const act = () => decide(request(overrides), initialState);
    expect(refusalOf(act).code).toBe('INVALID_RUN_REQUEST');
  });
});
