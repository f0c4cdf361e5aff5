import type { RunStats } from '@runnel/messaging';

/** Runs that started in one bucket and were triggered one way. */
export interface BucketRow {
  readonly bucket: Date;
  readonly triggered_by: string;
  readonly runs: string;
  readonly success: string;
  readonly failure: string;
  readonly ended: string;
  readonly duration_ms: string;
}

/** Triggers that are told even if there was none (contracts/automation.md C.5). */
const ALWAYS_TOLD = ['webhook', 'schedule', 'manual'];

type Summary = Pick<
  RunStats,
  'totalRuns' | 'successCount' | 'failureCount' | 'avgDurationMs' | 'runsByTrigger' | 'runsByPeriod'
>;

/** Sums over all buckets and per bucket, with zeros where nothing started; `ended` counts runs with a duration. */
export function summarize(
  rows: readonly BucketRow[],
  starts: readonly number[],
): { readonly stats: Summary; readonly ended: number } {
  const sum = (
    rowsToAdd: readonly BucketRow[],
    column: Exclude<keyof BucketRow, 'bucket'>,
  ): number => rowsToAdd.reduce((total, row) => total + Number(row[column]), 0);
  const ended = sum(rows, 'ended');
  return {
    ended,
    stats: {
      totalRuns: sum(rows, 'runs'),
      successCount: sum(rows, 'success'),
      failureCount: sum(rows, 'failure'),
      avgDurationMs: ended === 0 ? 0 : Math.round(sum(rows, 'duration_ms') / ended),
      runsByTrigger: byTrigger(rows),
      runsByPeriod: starts.map((start) => {
        const here = rows.filter(({ bucket }) => bucket.getTime() === start);
        return {
          bucket: new Date(start).toISOString(),
          count: sum(here, 'runs'),
          success: sum(here, 'success'),
          failure: sum(here, 'failure'),
        };
      }),
    },
  };
}

function byTrigger(rows: readonly BucketRow[]): Record<string, number> {
  const counts = Object.fromEntries(ALWAYS_TOLD.map((trigger) => [trigger, 0]));
  for (const { triggered_by: trigger, runs } of rows) {
    const count = (counts[trigger] ?? 0) + Number(runs);
    if (count > 0) counts[trigger] = count;
  }
  return counts;
}
