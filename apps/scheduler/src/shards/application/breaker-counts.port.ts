/** A deployment whose last runs have all failed. */
export interface FailingDeployment {
  readonly deploymentId: string;
  readonly project: string;
  /** When each of the failed runs had been asked for; at most 100. */
  readonly requestedAt: readonly string[];
}

/** Port to the failures in a row of each deployment; they are counted with the snapshots (snapshots.port.ts). */
export abstract class BreakerCounts {
  /** Deployments with at least so many failures in a row; at most 100. Rejects with UnavailableError. */
  abstract failing(threshold: number): Promise<readonly FailingDeployment[]>;

  /** Forgets failures of runs that were asked for up to a time. Rejects with UnavailableError. */
  abstract forget(deploymentId: string, requestedUntil: string): Promise<void>;
}
