import type { RunLog } from '@runnel/run-log';
import type { Logger, Metrics } from '@runnel/telemetry';

/**
 * How many subjects the log has: the server keeps each in memory, so their number is what sealing bounds. Too many
 * is an alarm: a gauge, and an error in the log when it begins.
 */
export class SubjectWatch {
  private count = 0;
  private alarmed = false;

  constructor(
    private readonly log: Pick<RunLog, 'subjectCount'>,
    private readonly logger: Logger,
    metrics: Metrics,
    private readonly limit: number,
  ) {
    metrics.observedGauge('runnel_metrics_log_subjects', 'Subjects in the log', () => this.count);
    metrics.observedGauge(
      'runnel_metrics_log_subjects_too_many',
      '1 while the log has more subjects than RUNNEL_LOG_SUBJECTS_ALARM. Anything but zero is an alarm',
      () => (this.alarmed ? 1 : 0),
    );
  }

  /** Counts once. Throws UnavailableError. */
  async look(): Promise<void> {
    this.count = await this.log.subjectCount();
    const tooMany = this.count > this.limit;
    if (tooMany && !this.alarmed) {
      this.logger.error(
        { subjects: this.count, limit: this.limit },
        'the log has too many subjects: give RUNNEL_HOT_DAYS fewer days, or the server more memory',
      );
    }
    this.alarmed = tooMany;
  }
}
