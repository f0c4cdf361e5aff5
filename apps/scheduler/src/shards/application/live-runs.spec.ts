import { newId } from '@runnel/ids';
import {
  commitOf,
  decide,
  evolve,
  initialState,
  type RunCommand,
  type RunRequested,
  type RunState,
} from '@runnel/run-domain';
import type { CommitEntry } from '@runnel/run-log';

import { LiveRuns } from './live-runs';
import type { RunSnapshot, SnapshotChange } from './snapshots.port';

const AT = '2026-03-01T00:00:00.000Z';
const REQUEST: RunRequested = {
  kind: 'graph',
  definition: { id: 'pat_1', versionId: 'ver_1', version: 1, name: 'sample' },
  trigger: { type: 'webhook' },
  payload: { inline: null },
  firstAttempt: 1,
  policy: {
    maxAttempts: 1,
    retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'run' },
    maxCrashesWithoutProgress: 3,
    deadLetterFrom: 1,
  },
  queue: 'default',
  priority: 0,
};

/** A shard's live runs beside the rows that their snapshots leave, and the histories they are told from. */
class Shard {
  readonly live = new LiveRuns();
  readonly rows = new Map<string, RunSnapshot>();
  private readonly histories = new Map<string, { state: RunState; entries: CommitEntry[] }>();
  private seq = 0;

  tell(runId: string, ...commands: RunCommand[]): void {
    const history = this.histories.get(runId) ?? { state: initialState, entries: [] };
    this.histories.set(runId, history);
    for (const command of commands) {
      const events = decide(command, history.state);
      for (const event of events) history.state = evolve(history.state, event, AT);
      const actor = { kind: 'service', id: 'test' } as const;
      const commandId = newId('command');
      const commit = commitOf({ commandId, project: 'prj_1', actor, at: AT, events });
      const position = { shard: 0, seq: (this.seq += 1) };
      const entry: CommitEntry = { kind: 'commit', runId, position, commit };
      history.entries.push(entry);
      if (this.live.apply(entry) === 'unknown') this.live.adopt(history.entries);
    }
  }

  /** Stores a change as the scheduler's schema does: rows are written, then removed. */
  store(change: Omit<SnapshotChange, 'outcomes'> | undefined = this.live.change(0)): void {
    if (change === undefined) return;
    for (const run of change.upserts) this.rows.set(run.runId, run);
    for (const runId of change.deletes) this.rows.delete(runId);
    this.live.confirm(change);
  }
}

const request: RunCommand = { type: 'RequestRun', now: AT, request: REQUEST };
const replay: RunCommand = { type: 'ReplayDeadLetter', now: AT };
const failing: RunCommand[] = [
  { type: 'StartAttempt', now: AT, executor: 'exe_1' },
  {
    type: 'FailAttempt',
    now: AT,
    attempt: 1,
    reason: 'error',
    error: { type: 'Error', message: 'boom' },
    random: 0,
  },
];

describe(LiveRuns, () => {
  it('keeps a run that ends and is replayed between two snapshots', () => {
    const shard = new Shard();
    shard.tell('run_a', request);
    shard.store();
    shard.tell('run_a', ...failing, replay);
    shard.store();
    expect(shard.rows.get('run_a')?.state.status).toBe('queued');
  });

  it('keeps a run that is replayed while the snapshot of its end is being stored', () => {
    const shard = new Shard();
    shard.tell('run_a', request);
    shard.store();
    shard.tell('run_a', ...failing);
    const change = shard.live.change(0);
    shard.tell('run_a', replay);
    shard.store(change);
    shard.store();
    expect(shard.rows.get('run_a')?.state.status).toBe('queued');
  });

  it('removes a run that ended while the snapshot of its start was being stored', () => {
    const shard = new Shard();
    shard.tell('run_a', request);
    const change = shard.live.change(0);
    shard.tell('run_a', ...failing);
    shard.store(change);
    shard.store();
    expect([...shard.rows.keys()]).toEqual([]);
  });

  it('forgets a run that was replayed and ended again within one snapshot', () => {
    const shard = new Shard();
    shard.tell('run_a', request);
    shard.store();
    shard.tell('run_a', ...failing, replay, ...failing);
    shard.store();
    expect([...shard.rows.keys()]).toEqual([]);
  });
});
