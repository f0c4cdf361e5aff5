import type { Clock } from '@runnel/clock';
import { isErrorOfKind } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';

import { dueTicks } from '../domain/due-ticks';
import type { ScheduledRuns } from './scheduled-runs';
import { type Entry, setCursor, type Timetable } from './timetable';

/** Schedules fired at once; the rest follow as these are done. */
const MAX_FIRING = 1_000;
/** After a tick that could not be stored. */
const RETRY_MS = 1_000;

export interface ScheduleRunnerParts {
  readonly timetable: Timetable;
  readonly runs: ScheduledRuns;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every tick: how it went, and how late it was. */
  readonly observe: (outcome: 'fired' | 'known' | 'refused', lateMs: number) => void;
}

/** Fires what the timetable has due: of one schedule in order, of several at once. */
export class ScheduleRunner {
  private readonly firing = new Set<Promise<void>>();

  constructor(private readonly parts: ScheduleRunnerParts) {}

  /** Starts what is due. Called many times a second. */
  tick(): void {
    for (const entry of this.parts.timetable.due(this.parts.clock.now())) {
      if (this.firing.size >= MAX_FIRING) return;
      const work: Promise<void> = this.fire(entry).finally(() => this.firing.delete(work));
      this.firing.add(work);
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.firing.size > 0) await Promise.all(this.firing);
  }

  private async fire(entry: Entry): Promise<void> {
    const { timetable, clock } = this.parts;
    entry.isFiring = true;
    try {
      const now = clock.now();
      for (const at of dueTicks(entry.schedule, entry.cursor, now)) {
        if (!timetable.isCurrent(entry)) return;
        if (!(await this.fireOne(entry, at))) return;
        setCursor(entry, at);
      }
      // What is too old to be caught up is done with, too.
      if (entry.next !== undefined && entry.next <= now) setCursor(entry, now);
    } finally {
      entry.isFiring = false;
    }
  }

  /** False when it must be tried again. */
  private async fireOne(entry: Entry, at: number): Promise<boolean> {
    const { runs, clock, logger, observe } = this.parts;
    const { target, nodeId } = entry;
    const { deploymentId } = target;
    const lateMs = clock.now() - at;
    try {
      observe(await runs.fire({ target, nodeId, at }), lateMs);
      return true;
    } catch (error) {
      if (isErrorOfKind(error, 'unavailable')) {
        logger.warn({ deploymentId, nodeId, err: error }, 'tick not stored, will be fired again');
        entry.retryAt = clock.now() + RETRY_MS;
        return false;
      }
      logger.error({ deploymentId, nodeId, err: error }, 'tick refused');
      observe('refused', lateMs);
      return true;
    }
  }
}
