import { type Deployment, deployed, paused, redeployed, resumed } from './deployment';
import { nextTickOf, previewTicks, rescheduled, schedulesOf } from './schedules';

const BIRTH = new Date('2026-03-01T00:00:00.000Z');
const NOW = new Date('2026-03-05T12:00:00.000Z');
const TRIGGERS = [
  { type: 'OnWebhook', nodeId: 'hook' },
  { type: 'OnSchedule', nodeId: 'nine', cronExpression: '0 9 * * *', timezone: 'Europe/Berlin' },
  { type: 'OnSchedule', nodeId: 'hourly', cronExpression: '0 * * * *', timezone: 'UTC' },
];
const fresh: Deployment = deployed(
  undefined,
  { id: 'dep_1', project: 'prj_1', patternId: 'pat_1' },
  'ver_1',
  BIRTH,
);
const at = (deployment: Deployment) =>
  schedulesOf(deployment, TRIGGERS).map(
    ({ nodeId, cronExpression, timezone, since, overridden }) =>
      `${nodeId} ${cronExpression} ${timezone} ${since.slice(8, 13)} ${overridden}`,
  );
const noon = { cronExpression: '0 12 * * *', timezone: 'UTC' };
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe(schedulesOf, () => {
  it('has one for each trigger that says when, from the deploy on', () => {
    const expected = [
      'nine 0 9 * * * Europe/Berlin 01T00 false',
      'hourly 0 * * * * UTC 01T00 false',
    ];
    expect(at(fresh)).toEqual(expected);
  });

  it('counts from the moment it was resumed or made live again, not from before', () => {
    const stopped = paused(fresh, NOW);
    expect(at(stopped)[0]).toContain('01T00');
    expect(at(resumed(stopped, NOW))[0]).toContain('05T12');
    expect(at(redeployed(fresh, NOW))[0]).toContain('05T12');
  });
});

describe(rescheduled, () => {
  it('changes all schedules, or the one that is named, from now on', () => {
    expect(at(rescheduled(fresh, TRIGGERS, noon, NOW))).toEqual([
      'nine 0 12 * * * UTC 05T12 true',
      'hourly 0 12 * * * UTC 05T12 true',
    ]);
    expect(at(rescheduled(fresh, TRIGGERS, { ...noon, nodeId: 'hourly' }, NOW))).toEqual([
      'nine 0 9 * * * Europe/Berlin 01T00 false',
      'hourly 0 12 * * * UTC 05T12 true',
    ]);
  });

  it('takes the place of an earlier change, and is gone with the next deploy', () => {
    const once = rescheduled(fresh, TRIGGERS, noon, NOW);
    const twice = rescheduled(once, TRIGGERS, { ...noon, timezone: 'Asia/Kathmandu' }, NOW);
    expect(twice.scheduleOverrides).toHaveLength(2);
    expect(at(twice)[0]).toBe('nine 0 12 * * * Asia/Kathmandu 05T12 true');
    expect(at(redeployed(twice, NOW))[0]).toContain('true');
    const { id, project, patternId } = twice;
    expect(deployed(twice, { id, project, patternId }, 'ver_2', NOW).scheduleOverrides).toEqual([]);
  });

  it.each([
    [TRIGGERS, { ...noon, cronExpression: 'noon' }, 'VALIDATION'],
    [TRIGGERS, { ...noon, cronExpression: '0 0 30 2 *' }, 'VALIDATION'],
    [TRIGGERS, { ...noon, timezone: 'Mars/Olympus' }, 'VALIDATION'],
    [TRIGGERS, { ...noon, nodeId: 'hook' }, 'VALIDATION'],
    [TRIGGERS.slice(0, 1), noon, 'NO_SCHEDULE'],
    [TRIGGERS.slice(0, 1), { ...noon, nodeId: 'hook' }, 'NO_SCHEDULE'],
  ])('of %j to %j is refused: %s', (triggers, change, code) => {
    expect(() => rescheduled(fresh, triggers, change, NOW)).toThrow(refusal(code));
  });

  it('is refused when undeployed, allowed when paused', () => {
    const undeployed = { ...fresh, status: 'undeployed' } as const;
    expect(() => rescheduled(undeployed, TRIGGERS, noon, NOW)).toThrow(
      refusal('DEPLOYMENT_NOT_ACTIVE'),
    );
    expect(rescheduled(paused(fresh, NOW), TRIGGERS, noon, NOW).status).toBe('paused');
  });
});

describe(previewTicks, () => {
  const schedules = schedulesOf(fresh, TRIGGERS);
  const from = Date.parse('2026-03-29T06:30:00Z');

  it('merges the schedules in order of time', () => {
    const ticks = previewTicks(schedules, { from, count: 3, nodeId: undefined });
    expect(ticks.map(({ nodeId, localTime }) => [nodeId, localTime])).toEqual([
      ['nine', '2026-03-29T09:00:00+02:00'],
      ['hourly', '2026-03-29T07:00:00+00:00'],
      ['hourly', '2026-03-29T08:00:00+00:00'],
    ]);
  });

  it('shows one schedule when it is asked for one', () => {
    const ticks = previewTicks(schedules, { from, count: 2, nodeId: 'nine' });
    expect(ticks.map(({ at: tick }) => new Date(tick).toISOString())).toEqual([
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
  });

  it('is refused where there is nothing to show', () => {
    const ask = { from, count: 1, nodeId: 'hook' };
    expect(() => previewTicks([], ask)).toThrow(refusal('NO_SCHEDULE'));
    expect(() => previewTicks(schedules, ask)).toThrow(refusal('VALIDATION'));
  });
});

describe(nextTickOf, () => {
  const [nine] = schedulesOf(fresh, TRIGGERS);
  if (!nine) throw new Error('there is one');

  it('is the first that still counts', () => {
    expect(nextTickOf(nine, NOW)).toBe('2026-03-06T08:00:00.000Z');
    const since = '2026-03-08T12:00:00.000Z';
    expect(nextTickOf({ ...nine, since }, NOW)).toBe('2026-03-09T08:00:00.000Z');
  });

  it('is none for a stored schedule that the rules of today refuse', () => {
    expect(nextTickOf({ ...nine, cronExpression: '@daily' }, NOW)).toBeNull();
  });
});
