import { type Schedule, ticksBetween } from '@runnel/cron';

/** What was missed longer ago is not caught up (contracts/automation.md C.9). */
const CATCH_UP_MS = 3_600_000;
/** Of one schedule at a time; of more the latest. */
const MAX_CATCH_UP = 60;

/** The ticks of a schedule after `after` that are due at `now`, oldest first: one as a rule, more after an outage. */
export function dueTicks(schedule: Schedule, after: number, now: number): number[] {
  const oldest = Math.max(after, now - CATCH_UP_MS);
  return ticksBetween(schedule, { after: oldest, until: now, most: MAX_CATCH_UP });
}
