import type { ScheduledDeployment } from '@runnel/messaging';

/** Port to the definitions: which deployments the clock starts. Rejects with UnavailableError when it cannot be asked. */
export abstract class ScheduleSource {
  abstract all(): Promise<readonly ScheduledDeployment[]>;

  /** Those of `deploymentIds` that are active and have schedules; what is missing has none (any more). */
  abstract ofDeployments(deploymentIds: readonly string[]): Promise<readonly ScheduledDeployment[]>;
}
