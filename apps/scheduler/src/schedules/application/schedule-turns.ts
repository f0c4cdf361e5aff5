import { setTimeout as delay } from 'node:timers/promises';

import type { Clock } from '@runnel/clock';
import { messageOf, UnavailableError } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';

import type { LeaseAnswer, ScheduleLease } from './schedule-lease.port';
import type { Timetable } from './timetable';

/** Nobody waits longer for the database to say whose turn it is. */
const ANSWER_MS = 2_000;
/** Who takes over fires this much again: the one before may have known less than it said. */
const OVERLAP_MS = 60_000;
/** Without any news of how far others have come. */
const CATCH_UP_MS = 3_600_000;

/**
 * Decides whether this copy fires: when it holds the lease, and when nobody can say who does. Two that fire at once do
 * no harm, the log takes each tick once; two that wait for each other would.
 */
export class ScheduleTurns {
  private state: 'ours' | 'theirs' | 'unknown' = 'unknown';
  private active = false;
  private lastKnown: number | undefined;
  private asking: Promise<LeaseAnswer> | undefined;

  constructor(
    private readonly lease: ScheduleLease,
    private readonly timetable: Timetable,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Whether ticks are to be fired here, now. */
  get isOurs(): boolean {
    return this.active;
  }

  /** Asks whose turn it is. Called every second. */
  async ask(): Promise<void> {
    try {
      const { isMine, firedThrough } = await this.answer();
      this.lastKnown = firedThrough ?? this.lastKnown;
      this.enter(isMine ? 'ours' : 'theirs');
    } catch (error) {
      if (this.state !== 'unknown')
        this.logger.warn({ reason: messageOf(error) }, 'schedules are fired without a lease');
      this.enter('unknown');
    }
  }

  async release(): Promise<void> {
    if (this.state !== 'ours') return;
    await this.lease.release(this.progress());
  }

  private progress(): number | undefined {
    return this.active ? this.timetable.firedThrough(this.clock.now()) : undefined;
  }

  /** One question at a time: a database that hangs is not asked again before it has answered. */
  private async answer(): Promise<LeaseAnswer> {
    this.asking ??= this.lease.hold(this.progress()).finally(() => (this.asking = undefined));
    this.asking.catch(() => undefined);
    const late = new AbortController();
    try {
      return await Promise.race([this.asking, tooLate(late.signal)]);
    } finally {
      late.abort();
    }
  }

  private enter(state: 'ours' | 'theirs' | 'unknown'): void {
    if (state !== this.state) this.logger.info({ turn: state }, 'whose turn the schedules are');
    this.state = state;
    const fires = state !== 'theirs';
    if (fires && !this.active) {
      const known = this.lastKnown;
      const floor = known === undefined ? this.clock.now() - CATCH_UP_MS : known - OVERLAP_MS;
      this.timetable.restart(floor);
    }
    this.active = fires;
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await delay(ANSWER_MS, undefined, { signal }).catch(() => undefined);
  throw new UnavailableError('postgres', 'Postgres does not say whose turn it is');
}
