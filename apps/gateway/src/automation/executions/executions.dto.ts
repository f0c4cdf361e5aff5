import type { LogLineView, RunStats } from '@runnel/messaging';
import { type Json, type OutputLine, statusFor } from '@runnel/run-domain';
import { z } from 'zod';

import { idParam, limitParam, numberParam } from '../../http/query';
import { operation } from '../../http/route-declaration';
import type { FoundRun } from '../../runs/find-run';
import { pageSchema, successSchema } from '../envelopes';
import { percentage } from '../percentage';
import { RUN_FILTERS, TRIGGER_FILTERS } from './run-filters';

const logEntry = z.object({
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  timestamp: z.string().optional(),
  nodeId: z.string().optional(),
  nodeName: z.string().optional(),
});
export const runSchema = z.object({
  id: z.string(),
  deploymentId: z.string().nullable(),
  triggeredBy: z.string(),
  status: z.string(),
  startedAt: z.string(),
  completedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  eventData: z.unknown(),
  logOutput: z.array(logEntry),
  errorMessage: z.string().nullable(),
  errorNodeId: z.string().optional(),
  versionNumber: z.int(),
  attempt: z.int(),
  output: z.unknown(),
  retryOf: z.string().optional(),
  replayOf: z.string().optional(),
  parentRunId: z.string().optional(),
  /** Fields that are null here because they are over 64 KiB: get the run by itself. */
  omitted: z.array(z.enum(['eventData', 'output'])).optional(),
});

export type LogEntryResponse = z.output<typeof logEntry>;
export type RunResponse = z.output<typeof runSchema>;

const common = { tag: 'executions', errors: 'nested' } as const;
const params = z.object({ id: idParam });
const json = z.custom<Json>(() => true);

export const executeDeployment = operation({
  ...common,
  summary: 'Run a deployed pattern by hand and wait for its end, or not (?wait=false)',
  limit: 'execute',
  params,
  query: z.object({ wait: z.enum(['true', 'false']).default('true') }),
  body: z.strictObject({
    eventData: z.record(z.string(), json).nullable().optional(),
    nodeId: z.string().max(200).optional(),
  }),
  response: successSchema(z.object({ runId: z.string(), status: z.string() })),
});
export const listRuns = operation({
  ...common,
  summary: 'List the runs of a deployment, newest first',
  params,
  query: z.object({
    status: z.enum(RUN_FILTERS).optional(),
    triggeredBy: z.enum(TRIGGER_FILTERS).optional(),
    page: numberParam(1, 1),
    limit: limitParam(20),
  }),
  response: pageSchema(runSchema),
});
export const getRun = operation({
  ...common,
  summary: 'Get a run of a deployment',
  params: z.object({ id: idParam, runId: idParam }),
  response: successSchema(runSchema),
});
export const runStats = operation({
  ...common,
  summary: 'Statistics over the runs of a deployment',
  params,
  query: z.object({ period: z.enum(['15m', '24h', '7d', '30d']).default('24h') }),
});

/** A run as this door shows it. A run that waits for its first start shows when it was asked for. */
export function toRunResponse(view: FoundRun): RunResponse {
  const { error, retryOf, replayOf, parentRunId } = view;
  return {
    id: view.id,
    deploymentId: view.deploymentId,
    triggeredBy: view.triggeredBy,
    status: statusFor('automation', view.status),
    startedAt: view.startedAt ?? view.requestedAt,
    completedAt: view.finishedAt,
    durationMs: view.durationMs,
    eventData: view.payload,
    logOutput: view.logOutput.map(toLogEntry),
    errorMessage: error?.message ?? null,
    ...(error?.nodeId !== undefined && { errorNodeId: error.nodeId }),
    versionNumber: view.definitionVersion,
    attempt: view.attempt,
    output: view.output,
    ...(retryOf !== null && { retryOf }),
    ...(replayOf !== null && { replayOf }),
    ...(parentRunId !== null && { parentRunId }),
    ...(view.claims && { omitted: omittedFields(view.claims) }),
  };
}

function omittedFields(claims: NonNullable<FoundRun['claims']>): ('eventData' | 'output')[] {
  return [
    ...(claims.payload ? ['eventData' as const] : []),
    ...(claims.output ? ['output' as const] : []),
  ];
}

/** A line of a run's output. */
export function toLogEntry(line: OutputLine): LogEntryResponse {
  const { level, message, at, nodeId, nodeName } = line;
  return {
    level,
    message,
    timestamp: at,
    ...(nodeId !== undefined && { nodeId }),
    ...(nodeName !== undefined && { nodeName }),
  };
}

/** A line of a test run's output. */
export function toTestLogEntry(line: LogLineView): LogEntryResponse {
  const { level, message, timestamp, nodeId } = line;
  return {
    level,
    message,
    ...(timestamp !== undefined && { timestamp }),
    ...(nodeId !== undefined && { nodeId }),
  };
}

/** Statistics with the rate, which is computed here, and the three triggers that are always told (C.5). */
export function toStatsResponse(stats: RunStats, period: string): object {
  const { successCount, failureCount } = stats;
  return {
    totalRuns: stats.totalRuns,
    successCount,
    failureCount,
    successRate: percentage(successCount, successCount + failureCount),
    avgDurationMs: stats.avgDurationMs,
    p95DurationMs: stats.p95DurationMs,
    runsByTrigger: { webhook: 0, schedule: 0, manual: 0, ...stats.runsByTrigger },
    runsByPeriod: stats.runsByPeriod.map(({ bucket, count, success, failure }) => ({
      bucket,
      count,
      success,
      failure,
    })),
    lastRunAt: stats.lastRunAt,
    lastSuccessAt: stats.lastSuccessAt,
    lastFailureAt: stats.lastFailureAt,
    period,
  };
}
