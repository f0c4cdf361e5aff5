import { InvalidInputError } from '@runnel/errors';

import { nextWallTime } from './next-wall-time';
import { type CronFields, parseCron } from './parse-cron';
import { findTimeZone, type TimeZone } from './time-zone';

const DAY_MS = 86_400_000;

/** What is wrong with a cron expression and a zone, one sentence; undefined when they are good. */
export function scheduleProblem(cronExpression: string, timezone: string): string | undefined {
  const fields = parseCron(cronExpression);
  if (typeof fields === 'string') return `Invalid cron expression: ${fields}`;
  if (findTimeZone(timezone)) return undefined;
  return 'Unknown timezone: use an IANA name such as Europe/Berlin or UTC';
}

/** When something is to happen, over and over: a cron expression read in a time zone (contracts/automation.md C.9). */
export class Schedule {
  private constructor(
    private readonly fields: CronFields,
    private readonly zone: TimeZone,
  ) {}

  /** @throws InvalidInputError VALIDATION for a bad or never-matching expression and an unknown zone */
  static of(cronExpression: string, timezone: string): Schedule {
    const fields = parseCron(cronExpression);
    const zone = findTimeZone(timezone);
    if (typeof fields !== 'string' && zone) return new Schedule(fields, zone);
    const problem = scheduleProblem(cronExpression, timezone) ?? 'Invalid schedule';
    throw new InvalidInputError('VALIDATION', problem);
  }

  /**
   * The first tick after `after` (both in milliseconds since the epoch).
   * @returns undefined when there is none before the engine's calendar ends
   */
  next(after: number): number | undefined {
    return this.fields.everyHour ? this.nextElapsed(after) : this.nextOnClock(after);
  }

  /** A tick as the clocks of the zone show it. */
  localTime(tick: number): string {
    return this.zone.localTime(tick);
  }

  /** Hours are named: each wall-clock time counts once, skipped ones at the end of the gap, doubled ones the first time. */
  private nextOnClock(after: number): number | undefined {
    const { zone } = this;
    let wall = after + zone.offsetAt(after);
    for (;;) {
      const due = nextWallTime(this.fields, wall);
      if (due === undefined) return undefined;
      const tick = zone.instantOf(due);
      if (tick > after) return tick;
      // The clock was set back between `tick` and `after`: what it shows again is over.
      const change = zone.changeBetween(tick, after);
      wall = Math.max(due, change + zone.offsetAt(change - 1) - 1);
    }
  }

  /** Hours are a `*`: each instant counts whose wall-clock time matches, also when the clock shows it again. */
  private nextElapsed(after: number): number | undefined {
    const { zone } = this;
    let at = after;
    let offset = zone.offsetAt(at);
    let wall = at + offset;
    for (;;) {
      const due = nextWallTime(this.fields, wall);
      if (due === undefined) return undefined;
      const tick = due - offset;
      const horizon = Math.min(tick, at + DAY_MS);
      if (zone.offsetAt(horizon) !== offset) {
        const change = zone.changeBetween(at, horizon);
        if (tick < change) return tick;
        at = change - 1;
        offset = zone.offsetAt(change);
        wall = change + offset - 1;
      } else if (horizon === tick) {
        return tick;
      } else {
        // No time is shown twice within a day from here, so nothing matches until shortly before `due`.
        at = Math.max(horizon, tick - 2 * DAY_MS);
        offset = zone.offsetAt(at);
        wall = at + offset;
      }
    }
  }
}
