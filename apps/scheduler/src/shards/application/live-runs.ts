import { type CommitEntry } from '@runnel/run-log';
import {
  type Commit,
  evolve,
  type ExistingRun,
  initialState,
  isTerminalStatus,
  type RunState,
} from '@runnel/run-domain';

import type { RunSnapshot, ShardSnapshot, SnapshotChange } from './snapshots.port';

/** A run that has not ended, as the scheduler knows it. */
export interface LiveRun {
  readonly runId: string;
  readonly project: string;
  revision: number;
  state: ExistingRun;
  /** The commit that requested it, while it is the whole history: spares a fresh run the read. */
  requested: Commit | undefined;
}

export type RunChangeListener = (
  entry: CommitEntry,
  before: ExistingRun | undefined,
  after: RunState,
) => void;

/** Events that lead out of a terminal status. */
const REVIVALS: ReadonlySet<string> = new Set(['RunReplayed', 'RunOverridden']);

/** The scheduler decides by status and times; a payload would only fill its memory. */
const NO_PAYLOAD = { inline: null } as const;

/** The live runs of one shard: folded from the log, remembered in snapshots. */
export class LiveRuns {
  private readonly runs = new Map<string, LiveRun>();
  private readonly stored = new Set<string>();
  private readonly dirty = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly heldBy = new Map<string, Set<string>>();
  private storedSeq = 0;

  /** `onChange` hears of every change, with the state before it (undefined: the run is new here). */
  constructor(private readonly onChange: RunChangeListener = () => undefined) {}

  /** Sequence up to which the shard's log has been folded. */
  seq = 0;

  get size(): number {
    return this.runs.size;
  }

  get(runId: string): LiveRun | undefined {
    return this.runs.get(runId);
  }

  values(): Iterable<LiveRun> {
    return this.runs.values();
  }

  executors(): Iterable<string> {
    return this.heldBy.keys();
  }

  heldByExecutor(executor: string): readonly string[] {
    return [...(this.heldBy.get(executor) ?? [])];
  }

  restore(snapshot: ShardSnapshot): void {
    this.seq = snapshot.seq;
    this.storedSeq = snapshot.seq;
    for (const { runId, project, revision, state } of snapshot.runs) {
      this.runs.set(runId, { runId, project, revision, state, requested: undefined });
      this.stored.add(runId);
      this.hold(runId, undefined, state);
    }
  }

  /**
   * Folds a commit. Answers with the run while it lives, `ended` when it does not, and `unknown` when the
   * commit brings back a run that had ended: its history must then be given to `adopt`.
   */
  apply(entry: CommitEntry): LiveRun | 'ended' | 'unknown' {
    this.seq = entry.position.seq;
    const known = this.runs.get(entry.runId);
    if (known === undefined && entry.commit.events[0]?.type !== 'RunRequested') {
      return entry.commit.events.some(({ type }) => REVIVALS.has(type)) ? 'unknown' : 'ended';
    }
    return this.settle(entry, known, foldCommit(known?.state ?? initialState, entry.commit));
  }

  /** Takes up a run from its whole history, the last commit of which is `entries`' last. */
  adopt(entries: readonly CommitEntry[]): LiveRun | 'ended' {
    const last = entries.at(-1);
    if (last === undefined) return 'ended';
    const state = entries.reduce<RunState>(
      (folded, { commit }) => foldCommit(folded, commit),
      initialState,
    );
    const run = this.settle(last, undefined, state);
    if (run !== 'ended') run.requested = undefined;
    return run;
  }

  /** What has changed since the last snapshot, or undefined when nothing has. */
  change(shard: number): Omit<SnapshotChange, 'outcomes'> | undefined {
    if (this.seq === this.storedSeq) return undefined;
    const upserts: RunSnapshot[] = [];
    for (const runId of this.dirty) {
      const run = this.runs.get(runId);
      if (run)
        upserts.push({ runId, project: run.project, revision: run.revision, state: run.state });
    }
    return { shard, from: this.storedSeq, to: this.seq, upserts, deletes: [...this.ended] };
  }

  /** Marks a change as stored; what has changed since it was taken stays to be stored. */
  confirm(change: Omit<SnapshotChange, 'outcomes'>): void {
    this.storedSeq = change.to;
    for (const { runId, revision } of change.upserts) {
      this.stored.add(runId);
      if (this.runs.get(runId)?.revision === revision) this.dirty.delete(runId);
      else if (!this.runs.has(runId)) this.ended.add(runId);
    }
    for (const runId of change.deletes) {
      this.ended.delete(runId);
      this.stored.delete(runId);
    }
  }

  private settle(
    entry: CommitEntry,
    known: LiveRun | undefined,
    after: RunState,
  ): LiveRun | 'ended' {
    this.onChange(entry, known?.state, after);
    this.hold(entry.runId, executorOf(known?.state), after);
    if (after.status === 'absent' || isTerminalStatus(after.status))
      return this.forget(entry.runId);
    return this.keep(entry, known, { ...after, payload: NO_PAYLOAD });
  }

  private keep(entry: CommitEntry, known: LiveRun | undefined, state: ExistingRun): LiveRun {
    this.dirty.add(entry.runId);
    this.ended.delete(entry.runId); // it is back: a row of it that is stored is changed, not removed
    if (known !== undefined) {
      known.state = state;
      known.revision = entry.position.seq;
      known.requested = undefined;
      return known;
    }
    const run: LiveRun = {
      runId: entry.runId,
      project: entry.commit.project,
      revision: entry.position.seq,
      state,
      requested: entry.commit,
    };
    this.runs.set(entry.runId, run);
    return run;
  }

  private forget(runId: string): 'ended' {
    this.runs.delete(runId);
    this.dirty.delete(runId);
    if (this.stored.has(runId)) this.ended.add(runId);
    return 'ended';
  }

  private hold(runId: string, before: string | undefined, after: RunState): void {
    const executor = executorOf(after);
    if (before === executor && before !== undefined) return;
    if (before !== undefined) {
      const held = this.heldBy.get(before);
      held?.delete(runId);
      if (held?.size === 0) this.heldBy.delete(before);
    }
    if (executor === undefined) return;
    const held = this.heldBy.get(executor) ?? new Set<string>();
    held.add(runId);
    this.heldBy.set(executor, held);
  }
}

function foldCommit(before: RunState, commit: Commit): RunState {
  return commit.events.reduce<RunState>((state, event) => evolve(state, event, commit.at), before);
}

function executorOf(state: RunState | undefined): string | undefined {
  return state?.status === 'executing' || state?.status === 'dequeued' ? state.executor : undefined;
}
