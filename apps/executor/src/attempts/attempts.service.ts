import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { NATS, type NatsConnection, RUN_MOVED, type RunMoved } from '@runnel/messaging';
import { PayloadStore, RunLog, type WorkConsumer, WorkQueue } from '@runnel/run-log';
import { SandboxPool } from '@runnel/sandbox';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { CONFIG, type ExecutorConfig } from '../config';
import { Heartbeat } from '../heartbeat/heartbeat';
import { AttemptRunner } from './application/attempt-runner';
import { Effects } from '../effects/effects.port';
import { RunEnvironments } from '../environments/environments.port';
import { Intake } from './application/intake';
import { Programs } from './application/programs.port';
import { EXECUTOR_ID } from './executor-id';

const CLAIM_SWEEP_MS = 500;
/** Part of the shutdown grace that is kept for giving back what has not ended by itself. */
const GIVE_BACK_MS = 2_000;

/** Takes runs while the process lives: heartbeat, dispatch queue, drain. */
@Injectable()
export class AttemptsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly intake: Intake;
  private readonly heartbeat: Heartbeat;
  private consumer: WorkConsumer | undefined;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: ExecutorConfig,
    @Inject(EXECUTOR_ID) executor: string,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    private readonly work: WorkQueue,
    private readonly sandbox: SandboxPool,
    clock: Clock,
    log: RunLog,
    payloads: PayloadStore,
    programs: Programs,
    effects: Effects,
    environments: RunEnvironments,
  ) {
    const parts = {
      log,
      payloads,
      sandbox,
      programs,
      effects,
      environments,
      clock,
      logger,
      executor,
    };
    this.intake = new Intake(
      new AttemptRunner({ ...parts, random: Math.random }),
      log,
      clock,
      logger,
    );
    this.heartbeat = new Heartbeat(nats, config.RUNNEL_HEARTBEAT_MS, () => ({
      executor,
      holding: this.intake.holding,
      draining: this.intake.isDraining,
    }));
    metrics.observedGauge(
      'runnel_executor_held_attempts',
      'Attempts this executor holds',
      () => this.intake.holding,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.heartbeat.start();
    this.nats.subscribe(RUN_MOVED, {
      callback: (_error, message) => {
        const { runId, revision } = message.json<RunMoved>();
        this.intake.letGo(runId, revision);
      },
    });
    this.sweep = setInterval(() => this.intake.claimSlow(), CLAIM_SWEEP_MS);
    this.consumer = await this.work.consume('graph', (item) => void this.intake.take(item), {
      maxItems: this.config.RUNNEL_EXECUTOR_CONCURRENCY,
    });
    this.logger.info({ concurrency: this.config.RUNNEL_EXECUTOR_CONCURRENCY }, 'taking runs');
  }

  /** Before connections close: stop taking, let what is held end, give back the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer?.stop();
    await this.intake.drain(Math.max(0, this.config.RUNNEL_SHUTDOWN_GRACE_MS - GIVE_BACK_MS));
    clearInterval(this.sweep);
    this.heartbeat.stop();
    await this.sandbox.close();
  }
}
