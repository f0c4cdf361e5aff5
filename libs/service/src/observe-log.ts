import type { JetStreamRunLog, LogStats } from '@runnel/run-log';
import type { Metrics } from '@runnel/telemetry';

/** The log's counters as this process sees it, by the name of their metric. */
const COUNTERS: readonly (readonly [name: string, help: string, stat: keyof LogStats])[] = [
  ['runnel_log_appends_total', 'Commits stored', 'appends'],
  ['runnel_log_conflicts_total', 'Appends that lost a race', 'conflicts'],
  ['runnel_log_unknown_outcomes_total', 'Appends whose outcome had to be looked up', 'unknowns'],
  ['runnel_log_retries_total', 'Messages sent again after an unknown outcome', 'retries'],
  ['runnel_log_batches_total', 'Atomic batches stored', 'batches'],
  ['runnel_log_broken_batches_total', 'Batches refused and sent again as singles', 'brokenBatches'],
  ['runnel_log_output_bytes_total', 'Bytes of output stored', 'outputBytes'],
  [
    'runnel_log_dropped_output_lines_total',
    'Lines of output given up: the log could not store them, or the buffer was full',
    'droppedOutputLines',
  ],
];

/** Tells operators of the log: `runnel_log_*`, the same in every service. */
export function observeLog(metrics: Metrics, log: Pick<JetStreamRunLog, 'stats'>): void {
  for (const [name, help, stat] of COUNTERS) {
    metrics.observedCounter(name, help, () => log.stats()[stat]);
  }
  metrics.observedGauge(
    'runnel_log_waiting_appends',
    'Appends that are not settled yet',
    () => log.stats().waiting,
  );
}
