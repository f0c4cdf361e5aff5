const DAY_MS = 86_400_000;
const NAME = /^[A-Za-z][\w+/-]{0,63}$/;
const SHOWN = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/;

const known = new Map<string, TimeZone>();

/** The IANA zone of that name, or undefined when there is none. Offsets such as `+01:00` are no zones. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (!NAME.test(name)) return undefined;
  // There are a few hundred zones, but many ways to write one in capitals.
  const key = name.toLowerCase();
  const found = known.get(key) ?? createTimeZone(name);
  if (found) known.set(key, found);
  return found;
}

function createTimeZone(timeZone: string): TimeZone | undefined {
  try {
    return new TimeZone(
      new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
    );
  } catch {
    return undefined; // the engine says only by throwing that it does not know the zone
  }
}

/** How the clocks of a zone are set, now and in the past, as the engine's time zone data say. Times in milliseconds. */
export class TimeZone {
  constructor(private readonly clock: Intl.DateTimeFormat) {}

  /** What must be added to `instant` to get what the wall clock shows. */
  offsetAt(instant: number): number {
    const whole = Math.floor(instant / 1_000) * 1_000;
    const shown = SHOWN.exec(this.clock.format(whole))?.slice(1).map(Number) ?? [];
    const [month = NaN, day = NaN, year = NaN, hour = NaN, minute = NaN, second = NaN] = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  }

  /**
   * The instant at which the wall clock shows `wall`: the first of two, and the end of the gap when the clock skips it
   * (contracts/automation.md C.9).
   */
  instantOf(wall: number): number {
    const offsets = [this.offsetAt(wall - DAY_MS), this.offsetAt(wall + DAY_MS)];
    const candidates = offsets.map((offset) => wall - offset);
    const shown = candidates.filter((instant) => instant + this.offsetAt(instant) === wall);
    if (shown.length > 0) return Math.min(...shown);
    return this.changeBetween(Math.min(...candidates), Math.max(...candidates));
  }

  /** The first instant after `from`, at the latest `to`, with another offset than at `from`; there is one such change. */
  changeBetween(from: number, to: number): number {
    const before = this.offsetAt(from);
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  /** ISO 8601 as the wall clock shows it, with its offset, e.g. `2026-03-29T03:00:00+02:00`. */
  localTime(instant: number): string {
    const offset = this.offsetAt(instant);
    const minutes = Math.abs(Math.trunc(offset / 60_000));
    const sign = offset < 0 ? '-' : '+';
    const shown = new Date(instant + offset).toISOString().slice(0, -5);
    return `${shown}${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
