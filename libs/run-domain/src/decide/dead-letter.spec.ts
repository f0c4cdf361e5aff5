import { at, start, storyTo } from '../../test/fixtures';
import { given } from '../../test/scenario';
import type { RunCommand } from '../commands';
import { RUN_STATUSES } from '../status';

const replay: RunCommand = { type: 'ReplayDeadLetter', now: at(100) };
const override = (to: 'queued' | 'completed' | 'failed' | 'canceled'): RunCommand => ({
  type: 'OverrideRun',
  now: at(100),
  to,
  reason: 'stuck since Monday',
});

describe('ReplayDeadLetter', () => {
  it('starts the same run again at attempt 1 with all its tries', () => {
    const replayed = given(...storyTo('dead_letter', { firstAttempt: 3 }), replay);
    expect(replayed.events.at(-1)).toEqual({ type: 'RunReplayed', data: {} });
    expect(replayed.run).toMatchObject({ status: 'queued', attempt: 1, claim: 1, failures: 0 });
    expect(replayed.run.error).toBeUndefined();
    expect(replayed.run.startedAt).toBeUndefined();
    expect(replayed.run.finishedAt).toBeUndefined();
  });

  it('gives the run its time to start again', () => {
    expect(given(...storyTo('dead_letter', { expiresAt: at(60) }), replay).run.expiresAt).toBe(
      at(160),
    );
    const command = { ...replay, expiresAt: at(500) } as RunCommand;
    expect(given(...storyTo('dead_letter', { expiresAt: at(60) }), command).run.expiresAt).toBe(
      at(500),
    );
  });

  it('keeps the claims apart, so that a report of the former life is stale', () => {
    const again = given(...storyTo('dead_letter'), replay, start(101));
    const late = {
      type: 'CompleteRun',
      now: at(102),
      attempt: 1,
      claim: 1,
      output: { inline: 0 },
    } as const;
    expect(again.run.claim).toBe(2);
    expect(again.refusal(late).code).toBe('STALE_ATTEMPT');
  });

  it.each(RUN_STATUSES.filter((status) => status !== 'dead_letter'))(
    'refuses a run that is %s',
    (status) => {
      expect(given(...storyTo(status)).refusal(replay)).toEqual({
        code: 'NOT_DEAD_LETTER',
        details: { status },
      });
    },
  );
});

describe('OverrideRun', () => {
  it('ends a stuck run as the operator says, with the reason', () => {
    expect(given(...storyTo('waiting'), override('failed')).run).toMatchObject({
      status: 'failed',
      error: { type: 'OverriddenError', message: 'stuck since Monday' },
    });
    expect(given(...storyTo('executing'), override('completed')).run).toMatchObject({
      status: 'completed',
      finishedAt: at(100),
    });
  });

  it('puts a stuck run back on the queue with its attempt', () => {
    const { run } = given(...storyTo('executing'), override('queued'));
    expect(run).toMatchObject({ status: 'queued', attempt: 1, claim: 1 });
  });

  it('gives a run that had ended a new attempt and all its tries', () => {
    const { run } = given(...storyTo('failed', { expiresAt: at(60) }), override('queued'));
    expect(run).toMatchObject({ status: 'queued', attempt: 2, failures: 0, expiresAt: at(160) });
    expect(run.finishedAt).toBeUndefined();
  });

  it('keeps the attempt of a run that ended before it started', () => {
    expect(given(...storyTo('expired'), override('queued')).run).toMatchObject({
      status: 'queued',
      attempt: 1,
      expiresAt: at(160),
    });
  });

  it('starts a delayed run at once', () => {
    const queued = given(...storyTo('delayed'), override('queued'));
    expect(queued.and(start(101)).run.status).toBe('executing');
  });

  it('adds nothing where the run is there already', () => {
    expect(given(...storyTo('canceled')).when(override('canceled'))).toEqual([]);
  });
});

describe('OverrideStep', () => {
  const command: RunCommand = {
    type: 'OverrideStep',
    now: at(100),
    key: 'charge:0',
    output: { inline: 'paid by hand' },
    reason: 'confirmed with the bank',
  };

  it.each([['executing'], ['waiting'], ['failed']] as const)(
    'is a fact about a run that is %s',
    (status) => {
      const told = given(...storyTo(status), command);
      expect(told.events.at(-1)).toEqual({
        type: 'StepOverridden',
        data: {
          key: 'charge:0',
          output: { inline: 'paid by hand' },
          reason: 'confirmed with the bank',
        },
      });
      expect(told.run.status).toBe(status);
    },
  );
});
