import { type ExistingRun, isTerminalStatus, type RunState, statusFor } from '@runnel/run-domain';

/** A run of a deployment that failed: when it ended and when it had been asked for. */
export interface Failure {
  readonly at: string;
  readonly requestedAt: string;
}

/** How runs of a deployment ended in a stretch of the log: failures since the last success, oldest first. */
export interface DeploymentOutcome {
  readonly deploymentId: string;
  readonly project: string;
  readonly lastSuccessAt: string | undefined;
  readonly failures: readonly Failure[];
}

/** A breaker needs no more failures in a row than this (RUNNEL_BREAKER_THRESHOLD). */
export const MAX_FAILURES = 100;

const FAILED: readonly string[] = ['failed', 'timeout', 'dead_letter'];

/** Collects how runs end, between two snapshots of a shard. */
export class DeploymentOutcomes {
  private byDeployment = new Map<string, DeploymentOutcome>();

  /** Notes a change of a run at the time of its commit. Only ends count; a canceled run is neither. */
  note(project: string, before: ExistingRun | undefined, after: RunState, at: string): void {
    if (before === undefined || after.status === 'absent' || !isTerminalStatus(after.status))
      return;
    const { deploymentId } = after.request;
    if (deploymentId === undefined) return;
    const status = statusFor('automation', after.status);
    const known = this.byDeployment.get(deploymentId);
    if (status === 'completed') {
      this.set({ deploymentId, project, lastSuccessAt: at, failures: [] });
    } else if (FAILED.includes(status)) {
      const failure = { at, requestedAt: after.requestedAt };
      const failures = [...(known?.failures ?? []), failure].slice(-MAX_FAILURES);
      this.set({ deploymentId, project, lastSuccessAt: known?.lastSuccessAt, failures });
    }
  }

  /** What was noted since it was last taken, by deployment id. */
  take(): readonly DeploymentOutcome[] {
    const outcomes = [...this.byDeployment.values()];
    this.byDeployment = new Map();
    return outcomes.sort((a, b) => (a.deploymentId < b.deploymentId ? -1 : 1));
  }

  private set(outcome: DeploymentOutcome): void {
    this.byDeployment.set(outcome.deploymentId, outcome);
  }
}

type Count = Pick<DeploymentOutcome, 'lastSuccessAt' | 'failures'>;

/** Two stretches of the log as one, in whatever order they are told: shards are read apart. */
export function mergeOutcomes(one: Count, other: Count): Count {
  const lastSuccessAt = laterOf(one.lastSuccessAt, other.lastSuccessAt);
  const failures = [...one.failures, ...other.failures]
    .filter(({ at }) => lastSuccessAt === undefined || at > lastSuccessAt)
    .sort((a, b) => compare(a.at, b.at) || compare(a.requestedAt, b.requestedAt))
    .slice(-MAX_FAILURES);
  return { lastSuccessAt, failures };
}

function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

/** Times of the log have one form, so that their texts sort as they do. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
