import type { Identity } from '@runnel/auth';

import type { DeploymentTarget } from './deployments';
import type { TickView } from './schedule-view';

/** An active deployment with schedules, and all that is needed to start its runs. */
export interface ScheduledDeployment {
  /** Its triggers are left out. */
  readonly target: DeploymentTarget;
  readonly schedules: readonly {
    readonly nodeId: string;
    readonly cronExpression: string;
    readonly timezone: string;
    /** Ticks up to this time are not its business: it was deployed, resumed or changed then. */
    readonly since: string;
  }[];
}

/** Schedules of deployments. Errors: NOT_FOUND, NO_SCHEDULE, DEPLOYMENT_NOT_ACTIVE, VALIDATION, FORBIDDEN. */
export interface ScheduleContracts {
  /** Without a node id, all schedules of the deployment. */
  'svc.deployments.update-schedule': {
    request: {
      identity: Identity;
      deploymentId: string;
      cronExpression: string;
      timezone?: string;
      nodeId?: string;
    };
    response: { cronExpression: string; timezone: string; nextRunAt: string | null };
  };
  /** The next ticks of all schedules of a deployment, or of one, ascending. */
  'svc.deployments.preview-schedule': {
    request: {
      identity: Identity;
      deploymentId: string;
      /** 1 to 100. */
      count: number;
      /** UTC, ISO 8601; now when it is not given. */
      from?: string;
      nodeId?: string;
    };
    response: { from: string; ticks: readonly TickView[] };
  };
  /** Of all projects (or of those ids), active deployments with schedules in the order of their ids, a page at a time. */
  'svc.deployments.list-schedules': {
    request: { deploymentIds?: readonly string[]; after?: string };
    /** `next` is the `after` of the next page; null at the end. */
    response: { items: readonly ScheduledDeployment[]; next: string | null };
  };
}
