import { InvalidInputError } from '@runnel/errors';
import type { RequestOf } from '@runnel/messaging';

import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '../../tally-scope';

export type Period = RequestOf<'svc.metrics.run-stats'>['period'];

const MINUTE_MS = MINUTE_SECONDS * 1_000;
const HOUR_MS = HOUR_SECONDS * 1_000;
const DAY_MS = DAY_SECONDS * 1_000;

/** Length of each period, and of the buckets it is shown in (contracts/automation.md C.5). */
const PERIODS: Readonly<Record<Period, { readonly ms: number; readonly bucketMs: number }>> = {
  '15m': { ms: 15 * MINUTE_MS, bucketMs: MINUTE_MS },
  '24h': { ms: DAY_MS, bucketMs: HOUR_MS },
  '7d': { ms: 7 * DAY_MS, bucketMs: 6 * HOUR_MS },
  '30d': { ms: 30 * DAY_MS, bucketMs: DAY_MS },
};

/** The time runs must have started in, and the sources that together cover it; all in ms since the epoch. */
export interface StatsWindow {
  readonly from: number;
  /** Minute buckets are read from here … */
  readonly minutesFrom: number;
  /** … to here, hour buckets from here on. What is before `minutesFrom` is read from the runs themselves. */
  readonly hoursFrom: number;
  /** From here on day buckets may be read, where only sums are wanted. */
  readonly daysFrom: number;
  readonly bucketMs: number;
  /** Starts of the buckets to show, ascending, UTC multiples of their width; the first may be partly outside. */
  readonly buckets: readonly number[];
}

/** The window of a period that ends now. Throws InvalidInputError VALIDATION for an unknown period. */
export function statsWindow(period: Period, now: number): StatsWindow {
  if (!Object.hasOwn(PERIODS, period)) {
    throw new InvalidInputError('VALIDATION', 'period must be 15m, 24h, 7d or 30d');
  }
  const { ms, bucketMs } = PERIODS[period];
  const from = now - ms;
  const first = from - (from % bucketMs);
  const count = Math.floor((now - first) / bucketMs) + 1;
  // An hour's sum cannot be shown in minutes: then everything is read from minutes.
  const hoursFrom = bucketMs < HOUR_MS ? now + DAY_MS : roundUp(from, HOUR_MS);
  return {
    from,
    minutesFrom: roundUp(from, MINUTE_MS),
    hoursFrom,
    daysFrom: roundUp(hoursFrom, DAY_MS),
    bucketMs,
    buckets: Array.from({ length: count }, (_, index) => first + index * bucketMs),
  };
}

function roundUp(ms: number, to: number): number {
  return Math.ceil(ms / to) * to;
}
