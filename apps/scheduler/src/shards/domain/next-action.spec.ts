import type { ExistingRun, RunRequest } from '@runnel/run-domain';

import { agendaOf } from './next-action';

const at = (ms: number): string => new Date(ms).toISOString();

function run(over: Partial<ExistingRun>): ExistingRun {
  return {
    request: {} as RunRequest,
    payload: { inline: null },
    requestedAt: at(0),
    attempt: 1,
    claim: 0,
    priority: 0,
    failures: 0,
    crashesWithoutProgress: 0,
    snoozes: 0,
    checkpoints: 0,
    metadata: {},
    debugMode: false,
    ...over,
  } as ExistingRun;
}

describe(agendaOf, () => {
  it('offers a queued run at once', () => {
    expect(agendaOf(run({ status: 'queued' }), 1_000)).toEqual({ ready: true });
  });

  it('looks again at a queued run when its retry delay is over', () => {
    const agenda = agendaOf(run({ status: 'queued', notBefore: at(5_000) }), 1_000);
    expect(agenda).toEqual({ ready: false, due: { at: 5_000, command: 'Look' } });
    expect(agendaOf(run({ status: 'queued', notBefore: at(5_000) }), 5_000).ready).toBe(true);
  });

  it('offers an attempt that has started and is queued again, however late it is', () => {
    const resumed = run({ status: 'queued', expiresAt: at(9_000), attemptStartedAt: at(1_000) });
    expect(agendaOf(resumed, 60_000)).toEqual({ ready: true });
  });

  it('offers a queued run that can expire, and expires it when its time has come', () => {
    const queued = run({ status: 'queued', expiresAt: at(9_000) });
    expect(agendaOf(queued, 1_000)).toEqual({
      ready: true,
      due: { at: 9_000, command: 'ExpireRun' },
    });
    expect(agendaOf(queued, 9_000).ready).toBe(false);
  });

  it('queues a delayed run at its start time', () => {
    expect(agendaOf(run({ status: 'delayed', notBefore: at(7_000) }), 0).due).toEqual({
      at: 7_000,
      command: 'QueueRun',
    });
  });

  it('steps in for an executor that does not end a run in time, but leaves it a moment', () => {
    const executing = run({ status: 'executing', executor: 'exe_a', timeoutAt: at(30_000) });
    const due = agendaOf(executing, 0).due;
    expect(due?.command).toBe('TimeOutRun');
    expect(due?.at).toBeGreaterThan(30_000);
  });

  it("ends a wait at whichever comes first, its own time or the run's", () => {
    const wait = { kind: 'timer', key: 'n:0', until: at(20_000) } as const;
    const waiting = run({ status: 'waiting', wait });
    expect(agendaOf(waiting, 0).due).toEqual({ at: 20_000, command: 'QueueRun' });
    expect(agendaOf({ ...waiting, timeoutAt: at(10_000) }, 0).due).toEqual({
      at: 10_000,
      command: 'TimeOutRun',
    });
  });

  it('owes a finished or paused run nothing', () => {
    expect(agendaOf(run({ status: 'completed', finishedAt: at(1) }), 5)).toEqual({ ready: false });
    expect(agendaOf(run({ status: 'paused' }), 5)).toEqual({ ready: false });
  });
});
