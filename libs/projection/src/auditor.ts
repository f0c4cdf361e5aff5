import { setTimeout as delay } from 'node:timers/promises';

import type { RunLog } from '@runnel/run-log';
import type { Logger, Metrics } from '@runnel/telemetry';

import { commitsOf, runsOf } from './audit-sample';
import { pause } from './back-off';

/** A place where a read model is not what the log says. */
export interface AuditDifference {
  /** Empty for what is told of many runs together, a counter. */
  readonly runId: string;
  readonly projection: string;
  readonly message: string;
}

export interface AuditSummary {
  readonly checkedRuns: number;
  readonly differences: readonly AuditDifference[];
}

export interface AuditorOptions {
  readonly runLog: RunLog;
  /** Sequence per shard up to which the read models hold everything. */
  readonly positions: () => Promise<readonly number[]>;
  /** Compares the rows of a few runs with their histories, at the rows' own position. Sealed runs agree. */
  readonly check: (runIds: readonly string[]) => Promise<readonly AuditDifference[]>;
  /** Shards whose samples are this process' business. */
  readonly shards: () => readonly number[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly everyMs: number;
  /** Runs per shard and round: half of them the latest, half from anywhere. */
  readonly sample: number;
}

const MAX_DIFFERENCES = 1_000;
const RUNS_AT_ONCE = 64;
/** Time for a reading from a lagging replica, or across a switch of versions, to be right the second time. */
const SECOND_LOOK_MS = 500;

/** Compares read models with the log: a sample of each shard all the time, everything when asked. */
export class Auditor {
  private readonly stopping = new AbortController();
  private readonly differences;
  private readonly checked;
  private life: Promise<void> = Promise.resolve();

  constructor(private readonly options: AuditorOptions) {
    this.differences = options.metrics.counter(
      'runnel_metrics_audit_differences_total',
      'Runs whose rows are not what the log says. Anything but zero is an alarm',
      ['projection'],
    );
    this.checked = options.metrics.counter(
      'runnel_metrics_audited_runs_total',
      'Runs that were folded from the log and compared with their rows',
    );
  }

  start(): void {
    this.life = this.live();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.life;
  }

  /** Audits about `runs` runs of all shards, or as many as there are. Throws UnavailableError. */
  async sample(runs: number): Promise<AuditSummary> {
    const { shards } = this.options.runLog;
    const all = Array.from({ length: shards }, (_, shard) => shard);
    return this.round(all, Math.max(1, Math.ceil(runs / shards)));
  }

  /** Audits every run in the log. Takes long; stops at a thousand differences. Throws UnavailableError. */
  async all(): Promise<AuditSummary> {
    const summary = { checkedRuns: 0, differences: [] as AuditDifference[] };
    const positions = await this.options.positions();
    for (const [shard, upTo] of positions.entries()) {
      const { signal } = this.stopping;
      const stretch = { shard, after: 0, upTo, signal };
      for await (const entries of commitsOf(this.options.runLog, stretch)) {
        const born = entries.filter(
          (entry) => entry.kind === 'commit' && entry.commit.events[0]?.type === 'RunRequested',
        );
        await this.audit(
          born.map(({ runId }) => runId),
          summary,
        );
        if (summary.differences.length >= MAX_DIFFERENCES) return summary;
      }
    }
    return summary;
  }

  private async live(): Promise<void> {
    const { signal } = this.stopping;
    const { everyMs, logger, sample, shards } = this.options;
    for (;;) {
      await pause(everyMs * (0.75 + Math.random() / 2), signal);
      if (signal.aborted) return;
      try {
        await this.round(shards(), sample);
      } catch (error) {
        logger.warn({ err: error }, 'audit put off');
      }
    }
  }

  private async round(shards: readonly number[], perShard: number): Promise<AuditSummary> {
    const summary = { checkedRuns: 0, differences: [] as AuditDifference[] };
    const positions = await this.options.positions();
    for (const shard of shards) {
      if (this.stopping.signal.aborted) break;
      const upTo = positions[shard] ?? 0;
      await this.audit(await this.someRuns(shard, upTo, perShard), summary);
    }
    return summary;
  }

  /** Runs are taken from the log and not from the rows: a row that is missing is a difference too. */
  private async someRuns(shard: number, upTo: number, count: number): Promise<readonly string[]> {
    const { runLog } = this.options;
    const half = Math.ceil(count / 2);
    const { signal } = this.stopping;
    const latest = { shard, after: Math.max(0, upTo - 4 * count), upTo, signal };
    const anywhere = { shard, after: Math.floor(Math.random() * upTo), upTo, signal };
    const runs = new Set(await runsOf(runLog, latest, half));
    for (const runId of await runsOf(runLog, anywhere, count)) {
      if (runs.size < count) runs.add(runId);
    }
    return [...runs];
  }

  private async audit(
    runIds: readonly string[],
    summary: { checkedRuns: number; differences: AuditDifference[] },
  ): Promise<void> {
    for (let at = 0; at < runIds.length; at += RUNS_AT_ONCE) {
      const some = runIds.slice(at, at + RUNS_AT_ONCE);
      const found = await this.lookTwice(some);
      summary.checkedRuns += some.length;
      this.checked.inc(some.length);
      for (const difference of found) this.report(difference, summary.differences);
    }
  }

  private async lookTwice(runIds: readonly string[]): Promise<readonly AuditDifference[]> {
    const first = await this.options.check(runIds);
    if (first.length === 0) return first;
    await delay(SECOND_LOOK_MS);
    const isOfMany = first.some(({ runId }) => runId === '');
    return this.options.check(isOfMany ? runIds : [...new Set(first.map(({ runId }) => runId))]);
  }

  private report(difference: AuditDifference, into: AuditDifference[]): void {
    this.differences.inc({ projection: difference.projection });
    this.options.logger.error({ ...difference }, 'read model differs from the log');
    if (into.length < MAX_DIFFERENCES) into.push(difference);
  }
}
