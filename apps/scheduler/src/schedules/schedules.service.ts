import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { messageOf } from '@runnel/errors';
import {
  DEFINITIONS_CHANGED,
  type DefinitionsChanged,
  NATS,
  type NatsConnection,
} from '@runnel/messaging';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { ScheduleFollower } from './application/schedule-follower';
import { ScheduleLease } from './application/schedule-lease.port';
import { ScheduleRunner } from './application/schedule-runner';
import { ScheduleSource } from './application/schedule-source.port';
import { ScheduleTurns } from './application/schedule-turns';
import { ScheduledRuns } from './application/scheduled-runs';
import { Timetable } from './application/timetable';

const TICK_MS = 50;
const TURN_MS = 1_000;
const LATE_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600];

/** Starts runs by the clock: follows the definitions, takes turns with other copies, fires what is due. */
@Injectable()
export class SchedulesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly timetable = new Timetable();
  private readonly follower: ScheduleFollower;
  private readonly turns: ScheduleTurns;
  private readonly runner: ScheduleRunner;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    clock: Clock,
    log: RunLog,
    lease: ScheduleLease,
    source: ScheduleSource,
  ) {
    const { timetable } = this;
    this.follower = new ScheduleFollower(source, timetable, logger);
    this.turns = new ScheduleTurns(lease, timetable, clock, logger);
    const runs = new ScheduledRuns(log, clock);
    this.runner = new ScheduleRunner({
      timetable,
      runs,
      clock,
      logger,
      observe: observer(metrics),
    });
    metrics.observedGauge(
      'runnel_scheduler_schedules',
      'Schedules of active deployments',
      () => timetable.size,
    );
    metrics.observedGauge('runnel_scheduler_fires_schedules', 'Whether this copy fires', () =>
      this.turns.isOurs ? 1 : 0,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.nats.subscribe(DEFINITIONS_CHANGED, {
      callback: (_error, message) => this.follower.heard(message.json<DefinitionsChanged>()),
    });
    await this.nats.flush();
    void this.followConnection();
    this.follower.start();
    this.timers = [
      setInterval(() => this.fire(), TICK_MS),
      setInterval(() => void this.turns.ask(), TURN_MS),
    ];
    await this.turns.ask();
  }

  async onModuleDestroy(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.follower.stop();
    await this.runner.settled();
    try {
      await this.turns.release();
    } catch (error) {
      this.logger.warn({ reason: messageOf(error) }, 'turn of the schedules not released');
    }
  }

  private fire(): void {
    if (this.turns.isOurs) this.runner.tick();
  }

  /** While we were cut off, notices went by. */
  private async followConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (String(status.type) === 'reconnect') this.follower.readAll();
    }
  }
}

function observer(metrics: Metrics) {
  const ticks = metrics.counter('runnel_scheduler_ticks_total', 'Ticks of schedules, by outcome', [
    'outcome',
  ]);
  const late = metrics.histogram(
    'runnel_scheduler_tick_delay_seconds',
    'How long after its time a tick was fired',
    LATE_SECONDS,
  );
  return (outcome: 'fired' | 'known' | 'refused', lateMs: number): void => {
    ticks.inc({ outcome });
    if (outcome === 'fired') late.observe(lateMs / 1_000);
  };
}
