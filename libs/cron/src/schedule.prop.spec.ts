import { CronTime } from 'cron';
import fc from 'fast-check';

import { Schedule, scheduleProblem } from './schedule';
import { nextTicks } from './ticks';

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Antarctica/Troll',
];

/** One part of a field: `*`, `a`, `a-b`, each with a step or not. */
const part = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('*', 'value', 'range'),
      fc.integer({ min, max }),
      fc.integer({ min, max }),
      fc.option(fc.integer({ min: 1, max: max + 5 }), { nil: undefined }),
    )
    .map(([kind, a, b, step]) => {
      const base =
        kind === '*' ? '*' : kind === 'value' ? `${a}` : `${Math.min(a, b)}-${Math.max(a, b)}`;
      return step === undefined ? base : `${base}/${step}`;
    });
const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.array(part(min, max), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(',')),
  );
const days = [field(1, 31), field(1, 12), field(0, 7)];
const fiveFields = fc.tuple(field(0, 59), field(0, 23), ...days).map((all) => all.join(' '));
const expression = fc
  .oneof(
    fiveFields,
    fc.tuple(field(0, 59), fiveFields).map((all) => all.join(' ')),
  )
  .filter((text) => scheduleProblem(text, 'UTC') === undefined);
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({
  min: Date.parse('2000-01-01T00:00:00Z'),
  max: Date.parse('2040-01-01T00:00:00Z'),
});
const RUNS = { numRuns: 200 };

describe('ticks', () => {
  it('ascend, each after the one before, each of whole seconds', () => {
    fc.assert(
      fc.property(expression, zone, instant, (text, name, from) => {
        const ticks = nextTicks(Schedule.of(text, name), from, 10);
        expect(ticks).toHaveLength(10);
        ticks.forEach((tick, index) => {
          expect(tick).toBeGreaterThan(ticks[index - 1] ?? from);
          expect(tick % 1_000).toBe(0);
        });
      }),
      RUNS,
    );
  });

  it('are the same from wherever before them one looks', () => {
    fc.assert(
      fc.property(
        expression,
        zone,
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (...of) => {
          const [text, name, from, share] = of;
          const schedule = Schedule.of(text, name);
          const tick = schedule.next(from) ?? 0;
          const between = from + Math.floor((tick - 1 - from) * share);
          expect(schedule.next(between)).toBe(tick);
        },
      ),
      RUNS,
    );
  });
});

/** Changes of the clocks, with the two days around each. */
const CHANGES = [
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Sao_Paulo', '2017-10-15T03:00:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['Antarctica/Troll', '2026-10-25T01:00:00Z'],
] as const;

/**
 * The rules of C.9 said in the dullest way: look at the wall clock minute by minute and write down what it shows.
 * A schedule in UTC, right by comparison with the `cron` package below, says which readings match.
 */
function ticksByWatching(text: string, zoneName: string, from: number, minutes: number): number[] {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zoneName,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const reading = (at: number): number => Date.parse(`${clock.format(at).replace(' ', 'T')}Z`);
  const everyHour = text.split(' ')[1]?.includes('*') ?? false;
  const inUtc = Schedule.of(text, 'UTC');
  const matches = (wall: number): boolean => inUtc.next(wall - 1) === wall;
  const seen = new Set<number>();
  const ticks: number[] = [];
  let last = reading(from);
  for (let wall = last - 3 * 3_600_000; wall <= last; wall += 60_000) seen.add(wall);
  for (let minute = 1; minute <= minutes; minute += 1) {
    const at = from + minute * 60_000;
    const now = reading(at);
    const news = everyHour ? [now] : [];
    for (let wall = Math.min(now, last + 60_000); !everyHour && wall <= now; wall += 60_000) {
      if (!seen.has(wall)) news.push(wall);
      seen.add(wall);
    }
    if (news.some(matches)) ticks.push(at);
    last = now;
  }
  return ticks;
}

describe('over a change of the clocks', () => {
  it.each(CHANGES)('in %s at %s are what watching the wall clock gives', (name, change) => {
    const from = Date.parse(change) - 20 * 3_600_000;
    const minutes = 40 * 60;
    fc.assert(
      fc.property(field(0, 59), field(0, 23), (minute, hour) => {
        const text = `${minute} ${hour} * * *`;
        const expected = ticksByWatching(text, name, from, minutes);
        const found = nextTicks(Schedule.of(text, name), from, minutes).filter(
          (tick) => tick <= from + minutes * 60_000,
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});

describe('beside the cron package', () => {
  // It searches no further than eight years from the machine's today.
  const past = instant.filter((from) => from < Date.parse('2027-01-01T00:00:00Z'));
  const theirs = (text: string, name: string, from: number): number =>
    new CronTime(text, name).getNextDateFrom(new Date(from), name).toMillis();

  it('gives the same ticks in UTC, where both can', () => {
    fc.assert(
      fc.property(expression, past, (text, from) => {
        expect(Schedule.of(text, 'UTC').next(from)).toBe(theirs(text, 'UTC', from));
      }),
      RUNS,
    );
  });

  // Why ticks are not computed by it (docs/adr/0011-...). When one of these fails, look again.
  it.each([
    ['30 1 * * *', 'America/New_York', '2026-11-01T06:00:00Z', '2026-11-02T06:30:00Z'],
    ['15 2 * * *', 'America/New_York', '2026-11-01T03:00:00Z', '2026-11-01T07:15:00Z'],
    ['30 * * * *', 'Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:30:00Z', '2026-10-03T15:30:00Z'],
    ['0 0 * * *', 'America/Sao_Paulo', '2018-02-17T23:00:00Z', '2018-02-18T03:00:00Z'],
  ])('differs from it: %s in %s', (text, name, after, right) => {
    const from = Date.parse(after);
    expect(Schedule.of(text, name).next(from)).toBe(Date.parse(right));
    expect(theirs(text, name, from)).not.toBe(Date.parse(right));
  });

  it('does not go back in time as that does', () => {
    const from = Date.parse('2026-04-04T15:00:00Z');
    expect(theirs('* * * * * *', 'Australia/Lord_Howe', from)).toBeLessThan(from);
    expect(Schedule.of('* * * * * *', 'Australia/Lord_Howe').next(from)).toBe(from + 1_000);
  });

  it.each(['MON * * * *', '* * * * JAN', '@daily', '0 0 30 2 *'])(
    'refuses %s, which that takes',
    (text) => {
      expect(() => new CronTime(text, 'UTC')).not.toThrow();
      expect(scheduleProblem(text, 'UTC')).toBeDefined();
    },
  );
});
