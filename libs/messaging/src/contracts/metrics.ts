import type {
  Claim,
  Json,
  OutputLine,
  RunError,
  RunKind,
  RunStatus,
  StoredEvent,
  TriggerType,
} from '@runnel/run-domain';

import type { Page, PageRequest } from './common';

/** A run as the read model keeps it, in canonical words; doors translate. */
export interface RunView {
  readonly id: string;
  readonly project: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly definitionId: string;
  readonly definitionName: string;
  readonly definitionVersion: number;
  readonly deploymentId: string | null;
  readonly triggeredBy: TriggerType;
  readonly attempt: number;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** What it was started with; null when `claims` says where it lies. */
  readonly payload: Json;
  readonly output: Json;
  /** What is too large to be shown in a list. */
  readonly claims?: { readonly payload?: Claim; readonly output?: Claim };
  readonly error: RunError | null;
  readonly parentRunId: string | null;
  readonly retryOf: string | null;
  readonly replayOf: string | null;
  /** Position of the last folded commit, `<shard>:<seq>`. */
  readonly position: string;
}

export interface RunEventView {
  readonly position: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly commandId: string;
  readonly events: readonly StoredEvent[];
}

export interface RunStats {
  readonly totalRuns: number;
  readonly successCount: number;
  readonly failureCount: number;
  readonly avgDurationMs: number;
  readonly p95DurationMs: number;
  readonly runsByTrigger: Readonly<Record<string, number>>;
  readonly runsByPeriod: readonly {
    bucket: string;
    count: number;
    success: number;
    failure: number;
  }[];
  readonly lastRunAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
}

export interface AuditReport {
  readonly checkedRuns: number;
  readonly differences: readonly { runId: string; projection: string; message: string }[];
}

/** How far the read models have come; lists may lag by that much. */
export interface ProjectionLag {
  /** Sequence reached per shard, index = shard. */
  readonly positions: readonly number[];
  readonly lagSeconds: number;
}

/** Questions over runs. All are answered for one project; a foreign run is NOT_FOUND like a missing one. */
export interface MetricsContracts {
  'svc.metrics.list-runs': {
    request: {
      project: string;
      deploymentId?: string;
      statuses?: readonly RunStatus[];
      triggeredBy?: readonly TriggerType[];
    } & PageRequest;
    response: Page<RunView & { readonly logOutput: readonly OutputLine[] }> & {
      lag: ProjectionLag;
    };
  };
  /** Null when the read model does not hold the run (yet). */
  'svc.metrics.get-run': {
    request: { project: string; runId: string };
    response: {
      run: (RunView & { readonly logOutput: readonly OutputLine[] }) | null;
      lag: ProjectionLag;
    };
  };
  /** A run's commits after a sequence, oldest first, at most `limit` (<= 1000). */
  'svc.metrics.list-run-events': {
    request: { project: string; runId: string; after: number; limit: number };
    response: { items: readonly RunEventView[]; lag: ProjectionLag };
  };
  'svc.metrics.list-run-output': {
    request: { project: string; runId: string; after: number; limit: number };
    response: {
      items: readonly { position: string; lines: readonly OutputLine[] }[];
      lag: ProjectionLag;
    };
  };
  'svc.metrics.run-stats': {
    request: { project: string; deploymentId?: string; period: '15m' | '24h' | '7d' | '30d' };
    response: RunStats;
  };
  /** For deployment lists: number of runs and the latest one, per deployment id. */
  'svc.metrics.deployment-summaries': {
    request: { project: string; deploymentIds: readonly string[] };
    response: {
      readonly summaries: Readonly<
        Record<
          string,
          {
            totalRuns: number;
            lastRun: {
              status: RunStatus;
              startedAt: string | null;
              durationMs: number | null;
            } | null;
          }
        >
      >;
    };
  };
  'svc.metrics.health-summary': {
    request: { project: string };
    response: { runsLastHour: number; failuresLastHour: number };
  };
  /** Runs of the project under way and waiting for their turn; bytes of the whole database. */
  'svc.metrics.system-summary': {
    request: { project: string };
    response: { activeRuns: number; queuedRuns: number; databaseBytes: number };
  };
  /** Folds runs from the log and compares them with the rows: a sample, or all. */
  'svc.metrics.audit': { request: { sample: number | 'all' }; response: AuditReport };
}
