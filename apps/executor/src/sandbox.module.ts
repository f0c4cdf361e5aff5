import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { SandboxPool } from '@runnel/sandbox';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { CONFIG, type ExecutorConfig } from './config';

/** The pool of child processes in which users' programs run, and what operators are told of it. */
@Module({
  providers: [
    {
      provide: SandboxPool,
      inject: [CONFIG, LOGGER],
      useFactory: ({ RUNNEL_SANDBOX_PROCESSES: processes }: ExecutorConfig, logger: Logger) =>
        new SandboxPool({ logger, ...(processes > 0 && { processes }) }),
    },
  ],
  exports: [SandboxPool],
})
export class SandboxModule implements OnModuleInit {
  constructor(
    private readonly sandbox: SandboxPool,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /** Rejects with UnavailableError when there is no program for child processes. */
  async onModuleInit(): Promise<void> {
    await this.sandbox.prepare();
    this.observe();
  }

  private observe(): void {
    const { metrics, sandbox } = this;
    metrics.observedState(
      'runnel_executor_sandbox_isolation',
      'How sandbox processes are kept from the network: `namespace`, or `process` where the machine allows no namespaces',
      'in_force',
      () => sandbox.stats().isolation ?? 'unknown',
    );
    metrics.observedGauge(
      'runnel_executor_sandbox_processes',
      'Sandbox processes that are up or coming up',
      () => sandbox.stats().processes,
    );
    metrics.observedGauge(
      'runnel_executor_sandbox_running_programs',
      'Programs that are in a sandbox process',
      () => sandbox.stats().running,
    );
    metrics.observedGauge(
      'runnel_executor_sandbox_queued_programs',
      'Programs that wait for a place in one',
      () => sandbox.stats().queued,
    );
    metrics.observedCounter(
      'runnel_executor_sandbox_killed_total',
      'Sandbox processes killed because a program held them',
      () => sandbox.stats().killed,
    );
    metrics.observedCounter(
      'runnel_executor_sandbox_crashed_total',
      'Sandbox processes that died by themselves',
      () => sandbox.stats().crashed,
    );
    metrics.observedCounter(
      'runnel_executor_sandbox_repeated_total',
      'Programs executed again because their process was lost or held',
      () => sandbox.stats().repeated,
    );
  }
}
