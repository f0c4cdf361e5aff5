/** A pattern as the deployments feature needs it. */
export interface DeployablePattern {
  readonly id: string;
  readonly name: string;
  readonly graphData: unknown;
  readonly versionNumber: number;
}

/** Patterns, to be deployed. */
export abstract class DeployablePatterns {
  /** The project's pattern, locked until the transaction ends: saves and deploys of it come one after the other. */
  abstract lockForDeploy(project: string, id: string): Promise<DeployablePattern | undefined>;
  abstract exists(project: string, id: string): Promise<boolean>;
  abstract setVersionNumber(id: string, versionNumber: number): Promise<void>;
}
