import { Inject, Injectable } from '@nestjs/common';
import { InvalidInputError } from '@runnel/errors';
import type { RequestOf, ResponseOf } from '@runnel/messaging';
import { type AuditDifference, Auditor, ProjectionWatch } from '@runnel/projection';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { CONFIG, type MetricsConfig } from '../../config';
import { ReadModelCheck } from '../read-model-check';
import { AuditedRowsReader } from './audited-rows.port';
import { compareRun } from './compare-run';

const MAX_SAMPLE = 100_000;
/** Counters belong to the run list, and are told apart in the metric. */
const COUNTERS = 'run-list-counters';

/** Proves the read models against the log: a sample all the time, anything on demand. */
@Injectable()
export class RunAudit extends ReadModelCheck {
  private readonly auditor: Auditor;

  constructor(
    @Inject(CONFIG) config: MetricsConfig,
    @Inject(METRICS) metrics: Metrics,
    @Inject(LOGGER) logger: Logger,
    watch: ProjectionWatch,
    private readonly log: RunLog,
    private readonly rows: AuditedRowsReader,
  ) {
    super();
    this.auditor = new Auditor({
      runLog: log,
      positions: () => rows.positions(),
      check: (runIds) => this.check(runIds),
      shards: () => watch.ownedShards(),
      metrics,
      logger,
      everyMs: config.RUNNEL_AUDIT_SECONDS * 1_000,
      sample: config.RUNNEL_AUDIT_RUNS,
    });
  }

  start(): void {
    this.auditor.start();
  }

  stop(): Promise<void> {
    return this.auditor.stop();
  }

  /**
   * Audits about so many runs, or all of them and the counters too.
   * @throws InvalidInputError VALIDATION; UnavailableError
   */
  async run({ sample }: RequestOf<'svc.metrics.audit'>): Promise<ResponseOf<'svc.metrics.audit'>> {
    if (sample === 'all') {
      const { checkedRuns, differences } = await this.auditor.all();
      const counters = await this.rows.wrongCounters();
      return {
        checkedRuns,
        differences: [
          ...differences,
          ...counters.map((message) => ({ runId: '', projection: COUNTERS, message })),
        ],
      };
    }
    if (Number.isInteger(sample) && sample >= 1 && sample <= MAX_SAMPLE) {
      return this.auditor.sample(sample);
    }
    throw new InvalidInputError('VALIDATION', `sample must be "all" or from 1 to ${MAX_SAMPLE}`);
  }

  /** What is wrong with these runs, each looked at once. Throws UnavailableError. */
  differences(runIds: readonly string[]): Promise<readonly AuditDifference[]> {
    return this.check(runIds);
  }

  private async check(runIds: readonly string[]): Promise<readonly AuditDifference[]> {
    const rows = await this.rows.read(runIds);
    const differences = await Promise.all(
      runIds.map(async (runId) => {
        // In this order: a run that is sealed between the two then has nothing to be compared with.
        const output = await this.log.output(runId);
        const { commits } = await this.log.history(runId);
        const found = compareRun({ commits, output }, rows.of(runId, this.log.shardOf(runId)));
        return found.map((difference) => ({ runId, ...difference }));
      }),
    );
    const counters = await this.rows.wrongCountersOf(runIds);
    return [
      ...differences.flat(),
      ...counters.map((message) => ({ runId: '', projection: COUNTERS, message })),
    ];
  }
}
