import { Schedule } from '@runnel/cron';

import { dueTicks } from './due-ticks';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const minutes = (ticks: readonly number[]) => ticks.map((tick) => (tick - NOON) / 60_000);

describe(dueTicks, () => {
  const everyMinute = Schedule.of('* * * * *', 'UTC');

  it('is nothing between ticks and one at a tick', () => {
    expect(dueTicks(everyMinute, NOON, NOON + 59_999)).toEqual([]);
    expect(dueTicks(everyMinute, NOON, NOON + 60_000)).toEqual([NOON + 60_000]);
  });

  it('is what was missed, oldest first', () => {
    expect(minutes(dueTicks(everyMinute, NOON, NOON + 5 * 60_000 + 1))).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves out what was missed more than an hour ago', () => {
    const found = minutes(dueTicks(everyMinute, NOON, NOON + 180 * 60_000));
    expect([found.length, found[0], found.at(-1)]).toEqual([60, 121, 180]);
  });

  it('is the latest sixty of a schedule that ticks more often', () => {
    const everySecond = Schedule.of('* * * * * *', 'UTC');
    const found = dueTicks(everySecond, NOON, NOON + 300_000);
    expect([found.length, found[0], found.at(-1)]).toEqual([60, NOON + 241_000, NOON + 300_000]);
  });

  it('is nothing when the clock was set back', () => {
    expect(dueTicks(everyMinute, NOON, NOON - 3_600_000)).toEqual([]);
  });
});
