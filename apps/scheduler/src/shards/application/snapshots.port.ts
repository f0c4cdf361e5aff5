import type { ExistingRun } from '@runnel/run-domain';

import type { DeploymentOutcome } from '../domain/deployment-outcomes';

/** A live run as it was when the shard's log had been read up to the snapshot's sequence. */
export interface RunSnapshot {
  readonly runId: string;
  readonly project: string;
  readonly revision: number;
  readonly state: ExistingRun;
}

export interface ShardSnapshot {
  readonly seq: number;
  readonly runs: readonly RunSnapshot[];
}

export interface SnapshotChange {
  readonly shard: number;
  /** Sequence at which the stored snapshot must still stand; another owner has moved it otherwise. */
  readonly from: number;
  readonly to: number;
  readonly upserts: readonly RunSnapshot[];
  readonly deletes: readonly string[];
  /** How runs of deployments ended in between, by deployment id. */
  readonly outcomes: readonly DeploymentOutcome[];
}

/** Port to what spares a restarted scheduler the reading of the whole log: live runs, and how far they go. */
export abstract class Snapshots {
  abstract load(shard: number): Promise<ShardSnapshot>;

  /** Stores a change in one transaction. Rejects with ConcurrencyError when another owner has moved the snapshot. */
  abstract save(change: SnapshotChange): Promise<void>;
}
