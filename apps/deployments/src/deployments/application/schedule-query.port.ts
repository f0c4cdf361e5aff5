import type { DeploymentDetails } from './deployment-store.port';

/** What the clock starts: active deployments with schedules, of all projects. */
export abstract class ScheduleQuery {
  /** In the order of their ids, those after `after`. */
  abstract page(after: string, limit: number): Promise<readonly DeploymentDetails[]>;
  abstract ofDeployments(ids: readonly string[]): Promise<readonly DeploymentDetails[]>;
}
