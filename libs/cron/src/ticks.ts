import type { Schedule } from './schedule';

/** The next `count` ticks after `after`, ascending. */
export function nextTicks(schedule: Schedule, after: number, count: number): number[] {
  const ticks: number[] = [];
  let tick = schedule.next(after);
  while (tick !== undefined && ticks.length < count) {
    ticks.push(tick);
    tick = schedule.next(tick);
  }
  return ticks;
}

/** The ticks after `after` and not later than `until`, ascending; of more than `most` the latest. */
export function ticksBetween(
  schedule: Schedule,
  { after, until, most }: { readonly after: number; readonly until: number; readonly most: number },
): number[] {
  const ticks: number[] = [];
  for (let tick = schedule.next(after); tick !== undefined && tick <= until;) {
    ticks.push(tick);
    if (ticks.length > most) ticks.shift();
    tick = schedule.next(tick);
  }
  return ticks;
}
