import { compileGraph } from './compile-graph';
import { graphOf } from './testing/graph-builder.contract';
import type { TestNode } from './testing/graph-builder.contract';

const onSchedule = (properties: object): TestNode => ({
  type: 'OnSchedule',
  properties: properties as Record<string, string>,
});
const compile = (nodes: Readonly<Record<string, TestNode | string>>) =>
  compileGraph(graphOf(nodes));
const errorsOf = (properties: object) => {
  const result = compile({ at: onSchedule(properties) });
  return result.ok ? [] : result.errors.map(({ code, nodeId, message }) => [code, nodeId, message]);
};

describe('the schedule of an On Schedule node', () => {
  it('is told with the triggers, in UTC where no zone is named', () => {
    const result = compile({
      nine: onSchedule({ schedule: ' 0 9 * * MON-FRI ', timezone: 'Europe/Berlin' }),
      tick: onSchedule({ schedule: '*/5 * * * * *' }),
      off: { ...onSchedule({ schedule: '* * * * *' }), disabled: true },
      start: 'OnStart',
    });
    expect(result).toMatchObject({
      ok: true,
      triggers: [
        {
          type: 'OnSchedule',
          nodeId: 'nine',
          cronExpression: '0 9 * * MON-FRI',
          timezone: 'Europe/Berlin',
        },
        { type: 'OnSchedule', nodeId: 'tick', cronExpression: '*/5 * * * * *', timezone: 'UTC' },
        { type: 'OnStart', nodeId: 'start' },
      ],
    });
  });

  it.each([
    [{}, 'Invalid cron expression: schedule is required'],
    [{ schedule: 5 }, 'Invalid cron expression: schedule must be a text'],
    [{ schedule: 'hourly' }, 'Invalid cron expression: must have 5 fields'],
    [{ schedule: '0 0 30 2 *' }, 'Invalid cron expression: matches no day of any year'],
    [{ schedule: '* * * * *', timezone: 'Mars/Olympus' }, 'Unknown timezone'],
    [{ schedule: '* * * * *', timezone: {} }, 'Unknown timezone'],
  ])('is refused where it is %j', (properties, message) => {
    const [[code, nodeId, text] = [], ...others] = errorsOf(properties);
    expect([code, nodeId, others]).toEqual(['BAD_PROPERTY', 'at', []]);
    expect(text).toContain(message);
  });

  it('may be there fifty times in a pattern, no more', () => {
    const nodes = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`s${n}`, onSchedule({ schedule: '0 0 * * *' })]),
      );
    expect(compile(nodes(50)).ok).toBe(true);
    expect(compile(nodes(52))).toMatchObject({
      ok: false,
      errors: [{ nodeId: 's50', code: 'BAD_PROPERTY' }],
    });
  });
});
