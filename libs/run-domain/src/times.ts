/** How far two clocks may differ before "not due yet" is an honest answer. */
export const CLOCK_TOLERANCE_MS = 1000;

/** The ISO time `ms` after `time`. */
export function after(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

/** Milliseconds from one ISO time to another, never negative. */
export function msBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

/** True when `due` has come, or is so near that the clocks of two machines may disagree about it. */
export function isDue(due: string, now: string): boolean {
  return Date.parse(due) - CLOCK_TOLERANCE_MS <= Date.parse(now);
}

/** True when `a` is a later time than `b`. */
export function isLater(a: string, b: string): boolean {
  return Date.parse(a) > Date.parse(b);
}
