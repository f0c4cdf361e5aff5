import type { RunStats } from '@runnel/messaging';
import { RUN_STATUSES } from '@runnel/run-domain';

import type { FoundRun } from '../../runs/find-run';
import { deploymentTarget } from '../../testing/targets';
import { triggerOf } from './execute-deployment';
import { toRunResponse, toStatsResponse } from './executions.dto';
import { statusesOf } from './run-filters';

const run: FoundRun = {
  id: 'run_1',
  project: 'prj_1',
  kind: 'graph',
  status: 'completed',
  definitionId: 'pat_1',
  definitionName: 'Webhook Logger',
  definitionVersion: 3,
  deploymentId: 'dep_1',
  triggeredBy: 'webhook',
  attempt: 1,
  requestedAt: '2026-03-05T11:44:59.990Z',
  startedAt: '2026-03-05T11:45:00.000Z',
  finishedAt: '2026-03-05T11:45:00.320Z',
  durationMs: 320,
  payload: { body: { action: 'opened' } },
  output: null,
  error: null,
  parentRunId: null,
  retryOf: null,
  replayOf: null,
  position: '2:17',
  logOutput: [
    { n: 0, kind: 'log', at: '2026-03-05T11:45:00.100Z', level: 'info', message: 'Processing' },
  ],
};

describe(toRunResponse, () => {
  it('says what the reference says, and no more of what is internal', () => {
    expect(toRunResponse(run)).toEqual({
      id: 'run_1',
      deploymentId: 'dep_1',
      triggeredBy: 'webhook',
      status: 'completed',
      startedAt: '2026-03-05T11:45:00.000Z',
      completedAt: '2026-03-05T11:45:00.320Z',
      durationMs: 320,
      eventData: { body: { action: 'opened' } },
      logOutput: [{ level: 'info', message: 'Processing', timestamp: '2026-03-05T11:45:00.100Z' }],
      errorMessage: null,
      versionNumber: 3,
      attempt: 1,
      output: null,
    });
  });

  it('names the node that failed and the runs it comes from', () => {
    const error = { type: 'TypeError', message: 'no number', nodeId: 'node_2' };
    const failed = {
      ...run,
      status: 'crashed' as const,
      error,
      retryOf: 'run_0',
      replayOf: 'run_9',
    };
    expect(toRunResponse(failed)).toMatchObject({
      status: 'failed',
      errorMessage: 'no number',
      errorNodeId: 'node_2',
      retryOf: 'run_0',
      replayOf: 'run_9',
    });
  });

  it('shows when it was asked for while it has not started', () => {
    const queued = { ...run, status: 'queued' as const, startedAt: null, finishedAt: null };
    expect(toRunResponse(queued)).toMatchObject({
      status: 'running',
      startedAt: run.requestedAt,
      completedAt: null,
    });
  });
});

describe(statusesOf, () => {
  it.each([
    ['success', ['completed']],
    ['completed', ['completed']],
    ['failure', ['failed', 'timed_out', 'crashed', 'system_failed', 'expired']],
    ['failed', ['failed', 'timed_out', 'crashed', 'system_failed', 'expired']],
    ['timeout', ['timed_out']],
    ['dead_letter', ['dead_letter']],
    ['canceled', ['canceled']],
    ['running', ['delayed', 'queued', 'dequeued', 'executing', 'waiting', 'paused']],
  ] as const)('%s means %j', (filter, statuses) => {
    expect(statusesOf(filter)).toEqual(statuses);
  });

  it('leaves no status that cannot be asked for', () => {
    const all = ['success', 'failure', 'running', 'dead_letter', 'canceled'] as const;
    expect(new Set(all.flatMap(statusesOf))).toEqual(new Set(RUN_STATUSES));
  });
});

describe(toStatsResponse, () => {
  const stats: RunStats = {
    totalRuns: 134,
    successCount: 128,
    failureCount: 6,
    avgDurationMs: 285,
    p95DurationMs: 1_200,
    runsByTrigger: { webhook: 98, email: 2 },
    runsByPeriod: [{ bucket: '2026-03-05T00:00:00.000Z', count: 12, success: 11, failure: 1 }],
    lastRunAt: null,
    lastSuccessAt: null,
    lastFailureAt: null,
  };

  it('computes the rate with two decimals and always names three triggers', () => {
    expect(toStatsResponse(stats, '24h')).toMatchObject({
      successRate: 95.52,
      runsByTrigger: { webhook: 98, schedule: 0, manual: 0, email: 2 },
      period: '24h',
    });
  });

  it('has a rate of 0 when nothing has ended', () => {
    const none = { ...stats, successCount: 0, failureCount: 0 };
    expect(toStatsResponse(none, '15m')).toMatchObject({ successRate: 0 });
  });
});

describe(triggerOf, () => {
  const hook = { type: 'OnWebhook', nodeId: 'node_1' };
  const start = { type: 'OnStart', nodeId: 'node_2' };

  it('is On Start where there is one, else the first', () => {
    expect(triggerOf(deploymentTarget({ triggers: [hook, start] }), undefined)).toBe(start);
    expect(triggerOf(deploymentTarget({ triggers: [hook] }), undefined)).toBe(hook);
  });

  it('is the one that the caller names', () => {
    expect(triggerOf(deploymentTarget({ triggers: [hook, start] }), 'node_1')).toBe(hook);
    expect(() => triggerOf(deploymentTarget(), 'node_9')).toThrow('nodeId');
  });
});
