import type { DeploymentStatus } from '@runnel/messaging';

/** What of a pattern is out in the world. */
export interface PatternPresence {
  /** Absent when it was never deployed. */
  readonly deployment?: { readonly id: string; readonly status: DeploymentStatus };
  /** All that a webhook of it can be asked by: public ids of its endpoints, and its own id. */
  readonly webhookIds: readonly string[];
}

/** Deployments, as the patterns feature needs them. */
export abstract class LiveDeployments {
  abstract ofPattern(patternId: string): Promise<PatternPresence>;
}
