import { type CronFields, isAnyDayOfMonth, isAnyDayOfWeek } from './parse-cron';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
/** Two leap years are eight years apart at most (1896 to 1904, 2096 to 2104). */
const SEARCHED_YEARS = 9;

/**
 * The first wall-clock time after `after` that the fields match. Wall-clock times are milliseconds as if the zone's clock
 * showed UTC, so that every day has 24 hours.
 * @returns undefined when the calendar of the engine ends before
 */
export function nextWallTime(fields: CronFields, after: number): number | undefined {
  const start = (Math.floor(after / SECOND_MS) + 1) * SECOND_MS;
  let day = Math.floor(start / DAY_MS) * DAY_MS;
  let second = (start - day) / SECOND_MS;
  const lastYear = new Date(day).getUTCFullYear() + SEARCHED_YEARS;
  for (;;) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    if (!(year <= lastYear)) return undefined; // NaN, too
    if (!fields.months.has(date.getUTCMonth() + 1)) {
      day = Date.UTC(year, date.getUTCMonth() + 1, 1);
    } else {
      const found = matchesDay(fields, date) ? nextSecondOfDay(fields, second) : undefined;
      if (found !== undefined) return day + found * SECOND_MS;
      day += DAY_MS;
    }
    second = 0;
  }
}

/** Of two restricted day fields one is enough (C.9). */
function matchesDay(fields: CronFields, date: Date): boolean {
  const ofMonth = fields.daysOfMonth.has(date.getUTCDate());
  const ofWeek = fields.daysOfWeek.has(date.getUTCDay());
  if (isAnyDayOfMonth(fields) || isAnyDayOfWeek(fields)) return ofMonth && ofWeek;
  return ofMonth || ofWeek;
}

/** The first second of the day, at or after `from`, that hour, minute and second allow. */
function nextSecondOfDay({ hours, minutes, seconds }: CronFields, from: number) {
  if (from >= DAY_SECONDS) return undefined;
  const hour = Math.floor(from / 3_600);
  const minute = Math.floor(from / 60) % 60;
  if (hours.includes(hour)) {
    const second = minutes.includes(minute) ? atLeast(seconds, from % 60) : undefined;
    if (second !== undefined) return hour * 3_600 + minute * 60 + second;
    const later = atLeast(minutes, minute + 1);
    if (later !== undefined) return hour * 3_600 + later * 60 + first(seconds);
  }
  const later = atLeast(hours, hour + 1);
  return later === undefined ? undefined : later * 3_600 + first(minutes) * 60 + first(seconds);
}

function atLeast(values: readonly number[], least: number): number | undefined {
  return values.find((value) => value >= least);
}

/** A parsed field has one value at least. */
function first(values: readonly number[]): number {
  return values[0] ?? 0;
}
