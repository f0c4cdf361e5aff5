import type { DeploymentDetails } from './deployment-store.port';

/** What the clock starts: active deployments with schedules, of all projects. */
export abstract class ScheduleQuery {
  /** In the order of their ids, those after `after`; only of `ids` when they are given. */
  abstract page(
    after: string,
    limit: number,
    ids: readonly string[] | undefined,
  ): Promise<readonly DeploymentDetails[]>;
}
