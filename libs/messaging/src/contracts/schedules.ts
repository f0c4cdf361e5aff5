import type { Identity } from '@runnel/auth';

import type { DeploymentTarget } from './deployments';

/** When a deployment runs by itself: one per On Schedule node (contracts/automation.md A.8, C.9). */
export interface ScheduleView {
  readonly nodeId: string;
  readonly cronExpression: string;
  readonly timezone: string;
  /** True when it was changed since the deploy; the next deploy puts back what the pattern says. */
  readonly overridden: boolean;
  /** Null while the deployment is not active. */
  readonly nextRunAt: string | null;
}

/** A time at which a run would start. */
export interface TickView {
  readonly nodeId: string;
  readonly scheduledFor: string;
  /** The same as the clocks of the schedule's zone show it, with their offset. */
  readonly localTime: string;
  readonly timezone: string;
}

/** An active deployment with schedules, and all that is needed to start its runs. */
export interface ScheduledDeployment {
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
  /** Of all projects, in the order of their ids, a page at a time; with ids, those of them that are active and have any. */
  'svc.deployments.list-schedules': {
    request: { deploymentIds?: readonly string[]; after?: string };
    /** `next` is the `after` of the next page; null at the end. */
    response: { items: readonly ScheduledDeployment[]; next: string | null };
  };
}
