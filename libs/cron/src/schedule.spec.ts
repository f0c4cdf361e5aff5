import { Schedule, scheduleProblem } from './schedule';
import { nextTicks, ticksBetween } from './ticks';

/** Ticks of `expression` in `zone` after an instant, as `MM-DDTHH:MM` (with seconds when there are any) in UTC. */
const ticks = (expression: string, zone: string, after: string, count: number): string[] =>
  nextTicks(Schedule.of(expression, zone), Date.parse(after), count).map((tick) =>
    new Date(tick)
      .toISOString()
      .slice(5)
      .replace(/:00\.000Z$|\.000Z$/, ''),
  );

describe('fields of a cron expression', () => {
  it.each([
    ['*/20 * * * *', ['01-01T00:20', '01-01T00:40', '01-01T01:00']],
    ['*/20 0 0 1 1 *', ['01-01T00:00:20', '01-01T00:00:40', '01-01T00:00']],
    ['0 9 * * 1-5', ['01-01T09:00', '01-02T09:00', '01-05T09:00']],
    ['0 9 * * MON-FRI', ['01-01T09:00', '01-02T09:00', '01-05T09:00']],
    ['0 9 * * sat,Sun', ['01-03T09:00', '01-04T09:00', '01-10T09:00']],
    ['0 9 * * 0', ['01-04T09:00', '01-11T09:00', '01-18T09:00']],
    ['0 9 * * 7', ['01-04T09:00', '01-11T09:00', '01-18T09:00']],
    ['0 9 * * 6-7', ['01-03T09:00', '01-04T09:00', '01-10T09:00']],
    ['0 9 * * SAT-SUN', ['01-03T09:00', '01-04T09:00', '01-10T09:00']],
    ['5,10 8-9 * * *', ['01-01T08:05', '01-01T08:10', '01-01T09:05']],
    ['0-30/15 8 * * *', ['01-01T08:00', '01-01T08:15', '01-01T08:30']],
    ['50/5 8 * * *', ['01-01T08:50', '01-01T08:55', '01-02T08:50']],
    ['0 0 1 feb,APR *', ['02-01T00:00', '04-01T00:00', '02-01T00:00']],
    ['0 0 31 * *', ['01-31T00:00', '03-31T00:00', '05-31T00:00']],
    ['  0   12  *  * * ', ['01-01T12:00', '01-02T12:00', '01-03T12:00']],
  ])('%s', (expression, expected) => {
    expect(ticks(expression, 'UTC', '2026-01-01T00:00:00Z', 3)).toEqual(expected);
  });

  it('takes one of two restricted day fields as enough, and both when one of them leaves no day out', () => {
    const or = ['01-02T00:00', '01-09T00:00', '01-13T00:00', '01-16T00:00'];
    expect(ticks('0 0 13 * FRI', 'UTC', '2026-01-01T12:00:00Z', 4)).toEqual(or);
    const fridays = ['01-02T00:00', '01-09T00:00', '01-16T00:00'];
    expect(ticks('0 0 1-31 * FRI', 'UTC', '2026-01-01T12:00:00Z', 3)).toEqual(fridays);
    const thirteenth = ['01-13T00:00', '02-13T00:00', '03-13T00:00'];
    expect(ticks('0 0 13 * 0-6', 'UTC', '2026-01-01T12:00:00Z', 3)).toEqual(thirteenth);
  });

  it('finds a leap day, also over the eight years around 2100', () => {
    const schedule = Schedule.of('0 0 29 2 *', 'UTC');
    const years = nextTicks(schedule, Date.parse('2090-01-01T00:00:00Z'), 4);
    expect(years.map((tick) => new Date(tick).getUTCFullYear())).toEqual([2092, 2096, 2104, 2108]);
  });

  it.each([
    ['', 'must have 5 fields'],
    ['* * * *', 'must have 5 fields'],
    ['* * * * * * *', 'must have 5 fields'],
    ['@daily', 'must have 5 fields'],
    ['60 * * * *', "minute '60' is not 0 to 59"],
    ['-1 * * * *', "minute '-1' is not *"],
    ['* 24 * * *', "hour '24'"],
    ['* * 0 * *', "day of month '0'"],
    ['* * 32 * *', "day of month '32'"],
    ['* * * 13 *', "month '13' is not 1 to 12 or JAN to DEC"],
    ['* * * * 8', "day of week '8' is not 0 to 7 or SUN to SAT"],
    ['MON * * * *', "minute 'MON' is not 0 to 59"],
    ['* * * * JAN', "day of week 'JAN'"],
    ['* * * MON *', "month 'MON'"],
    ['* * * * monday', "day of week 'monday'"],
    ['5-1 * * * *', 'runs backwards'],
    ['*/0 * * * *', 'a step of zero'],
    ['*/x * * * *', 'is not *'],
    ['1,,2 * * * *', 'is not *'],
    ['? * * * *', 'is not *'],
    ['0 0 L * *', "day of month 'L'"],
    ['0 0 * * 5#2', 'is not *'],
    ['1.5 * * * *', 'is not *'],
    ['*5 * * * *', 'is not *'],
    ['0 0 30 2 *', 'matches no day of any year'],
    ['0 0 31 4,6,9,11 *', 'matches no day of any year'],
    [`${'0,'.repeat(200)}0 * * * *`, 'is longer than 256 characters'],
    [`${' '.repeat(10_000)}`, 'is longer than 256 characters'],
  ])('refuses %j', (expression, problem) => {
    expect(scheduleProblem(expression, 'UTC')).toContain(`Invalid cron expression: `);
    expect(scheduleProblem(expression, 'UTC')).toContain(problem);
    expect(() => Schedule.of(expression, 'UTC')).toThrow(
      expect.objectContaining({ code: 'VALIDATION' }) as Error,
    );
  });

  it.each(['Mars/Olympus', '', '+01:00', 'GMT+1', 'UTC\n', '../etc/passwd', 'x'.repeat(500)])(
    'refuses the zone %j',
    (zone) => {
      expect(scheduleProblem('* * * * *', zone)).toContain('Unknown timezone');
      expect(() => Schedule.of('* * * * *', zone)).toThrow('Unknown timezone');
    },
  );

  it.each(['UTC', 'Etc/GMT+1', 'europe/berlin', 'America/Argentina/Buenos_Aires', 'EST5EDT'])(
    'knows the zone %s',
    (zone) => expect(scheduleProblem('0 0 * * *', zone)).toBeUndefined(),
  );
});

describe('a time that the clocks skip', () => {
  it.each([
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', ['03-08T07:00', '03-09T06:30']],
    ['*/15 2 * * *', 'America/New_York', '2026-03-08T05:00:00Z', ['03-08T07:00', '03-09T06:00']],
    ['0 2,3 * * *', 'America/New_York', '2026-03-08T05:00:00Z', ['03-08T07:00', '03-09T06:00']],
    ['15 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['03-29T01:00', '03-30T00:15']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z', ['10-03T15:30', '10-04T15:15']],
    ['0 0 * * *', 'America/Sao_Paulo', '2017-10-14T12:00:00Z', ['10-15T03:00', '10-16T02:00']],
    ['0 9 * * *', 'Pacific/Apia', '2011-12-29T20:00:00Z', ['12-30T10:00', '12-30T19:00']],
  ])('fires once, at the first instant after: %s in %s', (expression, zone, after, expected) => {
    expect(ticks(expression, zone, after, expected.length)).toEqual(expected);
  });
});

describe('a time that the clocks show twice', () => {
  it.each([
    ['30 1 * * *', 'America/New_York', '2026-11-01T00:00:00Z', ['11-01T05:30', '11-02T06:30']],
    ['15 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['10-25T00:15', '10-26T01:15']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00:00Z', ['04-04T14:45', '04-05T15:15']],
    ['30 23 * * *', 'America/Sao_Paulo', '2018-02-17T12:00:00Z', ['02-18T01:30', '02-19T02:30']],
  ])('fires the first time only: %s in %s', (expression, zone, after, expected) => {
    expect(ticks(expression, zone, after, expected.length)).toEqual(expected);
  });

  it('does not come back to the doubled hour when asked from its second half', () => {
    const expected = ['11-02T06:00', '11-02T06:00:01'];
    expect(ticks('* * 1 * * *', 'America/New_York', '2026-11-01T06:10:00Z', 2)).toEqual(expected);
  });
});

describe('a * in the hour field', () => {
  it.each([
    ['30 * * * *', 'America/New_York', '2026-03-08T05:00:00Z', ['05:30', '06:30', '07:30']],
    [
      '30 * * * *',
      'America/New_York',
      '2026-11-01T04:00:00Z',
      ['04:30', '05:30', '06:30', '07:30'],
    ],
    ['0 */2 * * *', 'America/New_York', '2026-03-08T04:00:00Z', ['05:00', '08:00', '10:00']],
    ['0 */2 * * *', 'America/New_York', '2026-11-01T03:30:00Z', ['04:00', '07:00', '09:00']],
    ['*/30 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:00:00Z', ['14:30', '15:00', '15:30']],
    ['*/30 * * * *', 'Australia/Lord_Howe', '2026-10-03T14:45:00Z', ['15:00', '15:30', '16:00']],
    ['0 * * * *', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', ['00:15', '01:15', '02:15']],
    ['30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', ['00:30', '01:30', '02:30']],
  ])('follows elapsed time: %s in %s', (expression, zone, after, expected) => {
    const hours = ticks(expression, zone, after, expected.length).map((tick) => tick.slice(6));
    expect(hours).toEqual(expected);
  });

  it('finds the second showing of a time also when the next match on the calendar is a year away', () => {
    const expected = ['11-01T05:30', '11-01T06:30', '11-01T04:30'];
    const found = ticks('30 1-1,*/24 1 11 *', 'America/New_York', '2026-11-01T05:00:00Z', 3);
    expect(found).toEqual(expected);
  });
});

describe('zones', () => {
  it.each([
    ['Asia/Kathmandu', '01-01T03:15', '2026-01-01T09:00:00+05:45'],
    ['Europe/Berlin', '01-01T08:00', '2026-01-01T09:00:00+01:00'],
    ['America/New_York', '01-01T14:00', '2026-01-01T09:00:00-05:00'],
    ['UTC', '01-01T09:00', '2026-01-01T09:00:00+00:00'],
  ])('%s', (zone, expected, local) => {
    expect(ticks('0 9 * * *', zone, '2026-01-01T00:00:00Z', 1)).toEqual([expected]);
    const schedule = Schedule.of('0 9 * * *', zone);
    const tick = schedule.next(Date.parse('2026-01-01T00:00:00Z')) ?? 0;
    expect(schedule.localTime(tick)).toBe(local);
  });

  it('keeps the time of day over the year: the instant moves, the wall clock does not', () => {
    const schedule = Schedule.of('0 9 * * *', 'Europe/Berlin');
    const year = nextTicks(schedule, Date.parse('2026-01-01T00:00:00Z'), 365);
    expect(new Set(year.map((tick) => schedule.localTime(tick).slice(11, 19)))).toEqual(
      new Set(['09:00:00']),
    );
    expect(new Set(year.map((tick) => new Date(tick).getUTCHours()))).toEqual(new Set([7, 8]));
  });
});

describe(ticksBetween, () => {
  const after = Date.parse('2026-01-01T00:00:00Z');

  it('leaves out where it starts and takes in where it ends', () => {
    const schedule = Schedule.of('* * * * *', 'UTC');
    const until = after + 3 * 60_000;
    const expected = [60_000, 120_000, 180_000].map((ms) => after + ms);
    expect(ticksBetween(schedule, { after, until, most: 60 })).toEqual(expected);
    expect(ticksBetween(schedule, { after, until: after, most: 60 })).toEqual([]);
    expect(ticksBetween(schedule, { after: until, until: after, most: 60 })).toEqual([]);
  });

  it('keeps the latest when there are too many, oldest first', () => {
    const schedule = Schedule.of('* * * * * *', 'UTC');
    const found = ticksBetween(schedule, { after, until: after + 3_600_000, most: 60 });
    expect(found).toHaveLength(60);
    expect(found[0]).toBe(after + 3_541_000);
    expect(found.at(-1)).toBe(after + 3_600_000);
  });
});

describe('an instant between seconds', () => {
  it('does not hide the second that follows', () => {
    const schedule = Schedule.of('* * * * * *', 'UTC');
    const instant = Date.parse('2026-01-01T00:00:00.999Z');
    expect(schedule.next(instant)).toBe(Date.parse('2026-01-01T00:00:01Z'));
    expect(schedule.next(instant + 1)).toBe(Date.parse('2026-01-01T00:00:02Z'));
  });

  it('ends with the calendar of the engine', () => {
    expect(Schedule.of('* * * * * *', 'UTC').next(8_639_999_900_000_000)).toBeDefined();
    expect(Schedule.of('0 0 1 1 *', 'UTC').next(8_639_999_900_000_000)).toBeUndefined();
  });
});
