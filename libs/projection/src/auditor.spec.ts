import { commitOf, type RunRequested } from '@runnel/run-domain';
import { MemoryRunLog } from '@runnel/run-log';
import { Metrics } from '@runnel/telemetry';
import { waitFor } from '@runnel/testing';
import pino from 'pino';

import { type AuditDifference, Auditor, type AuditorOptions } from './auditor';

const REQUEST: RunRequested = {
  kind: 'job',
  definition: { id: 'job_1', versionId: 'ver_1', version: 1, name: 'job' },
  trigger: { type: 'manual' },
  payload: { inline: null },
  firstAttempt: 1,
  policy: {
    maxAttempts: 1,
    retry: { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 0 },
    timeout: { ms: 1_000, scope: 'run' },
    maxCrashesWithoutProgress: 1,
  },
  queue: 'default',
  priority: 0,
};

async function logOf(runs: number): Promise<MemoryRunLog> {
  const log = new MemoryRunLog({ shards: 2 });
  for (let n = 0; n < runs; n += 1) {
    await log.append(`run_${n}`, 0, {
      ...commitOf({
        commandId: `cmd_${n}`,
        project: 'prj_1',
        actor: { kind: 'service', id: 'test' },
        at: '2026-01-02T03:04:05.678Z',
        events: [{ type: 'RunRequested', data: REQUEST }],
      }),
    });
  }
  return log;
}

function auditorOf(log: MemoryRunLog, overrides: Partial<AuditorOptions> = {}) {
  const checked: string[] = [];
  const metrics = new Metrics('test');
  const auditor = new Auditor({
    runLog: log,
    positions: () => Promise.all([log.lastSequence(0), log.lastSequence(1)]),
    check: async (runIds) => {
      checked.push(...runIds);
      return [];
    },
    shards: () => [0, 1],
    metrics,
    logger: pino({ level: 'silent' }),
    everyMs: 10,
    sample: 4,
    ...overrides,
  });
  return { auditor, checked, metrics };
}

const wrong = (runId: string): AuditDifference => ({ runId, projection: 'seen', message: 'wrong' });

describe(Auditor, () => {
  it('checks every run once when it is asked for all', async () => {
    const log = await logOf(40);
    const { auditor, checked } = auditorOf(log);
    expect(await auditor.all()).toEqual({ checkedRuns: 40, differences: [] });
    expect(new Set(checked).size).toBe(40);
    expect(checked).toHaveLength(40);
  });

  it('checks a sample of about the size asked for, of different runs', async () => {
    const log = await logOf(200);
    const { auditor, checked } = auditorOf(log);
    const { checkedRuns } = await auditor.sample(20);
    expect(checkedRuns).toBeGreaterThanOrEqual(10);
    expect(checkedRuns).toBeLessThanOrEqual(20);
    expect(new Set(checked).size).toBe(checkedRuns);
  });

  it('samples nothing beyond the positions, and nothing of an empty log', async () => {
    const log = await logOf(50);
    const positions = () => Promise.resolve([0, 0]);
    expect((await auditorOf(log, { positions }).auditor.sample(20)).checkedRuns).toBe(0);
    expect((await auditorOf(await logOf(0)).auditor.all()).checkedRuns).toBe(0);
  });

  it('reports a difference that is still there at a second look, and counts it', async () => {
    const log = await logOf(10);
    const { auditor, metrics } = auditorOf(log, {
      check: async (runIds) => runIds.filter((runId) => runId === 'run_3').map(wrong),
    });
    expect((await auditor.all()).differences).toEqual([wrong('run_3')]);
    expect(await metrics.registry.metrics()).toContain(
      'runnel_metrics_audit_differences_total{projection="seen",app="test"} 1',
    );
  });

  it('forgets a difference that has gone at the second look', async () => {
    const log = await logOf(10);
    const looks = new Map<string, number>();
    const { auditor } = auditorOf(log, {
      check: async (runIds) => {
        const fresh = runIds.filter((runId) => !looks.has(runId));
        for (const runId of runIds) looks.set(runId, (looks.get(runId) ?? 0) + 1);
        return fresh.map(wrong);
      },
    });
    expect((await auditor.all()).differences).toEqual([]);
  });

  it('keeps auditing the shards of its process until it is stopped, whatever fails meanwhile', async () => {
    const log = await logOf(60);
    let failures = 0;
    const { auditor, checked } = auditorOf(log, {
      shards: () => [1],
      positions: async () => {
        failures += 1;
        if (failures === 1) throw new Error('Postgres is away');
        return [await log.lastSequence(0), await log.lastSequence(1)];
      },
    });
    auditor.start();
    await waitFor(() => checked.length > 10, { what: 'some rounds' });
    await auditor.stop();
    expect(new Set(checked.map((runId) => log.shardOf(runId)))).toEqual(new Set([1]));
    const before = checked.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(checked).toHaveLength(before);
  });
});
