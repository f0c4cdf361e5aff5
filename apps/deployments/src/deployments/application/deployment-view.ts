import type {
  DeploymentTarget,
  DeploymentView,
  ScheduleView,
  TriggerView,
} from '@runnel/messaging';
import type { RunPolicy } from '@runnel/run-domain';

import { runPolicyOf } from '../domain/run-settings';
import { nextTickOf, schedulesOf } from '../domain/schedules';
import type { DeploymentDetails } from './deployment-store.port';

/** A deployment as its API shows it at `now`. */
export function toDeploymentView(deployment: DeploymentDetails, now: Date): DeploymentView {
  const { pausedReason, pausedAt, lastError, retryPolicy, timeoutMs, environmentId } = deployment;
  const schedules = scheduleViews(deployment, now);
  return {
    id: deployment.id,
    patternId: deployment.patternId,
    patternName: deployment.patternName,
    patternDescription: deployment.patternDescription,
    status: deployment.status,
    triggers: deployment.triggers.map((trigger) => toTriggerView(trigger, schedules)),
    schedules,
    nextRunAt: firstOf(schedules),
    versionNumber: deployment.versionNumber,
    confirmedAt: deployment.confirmedAt?.toISOString() ?? null,
    ...(pausedReason === null ? {} : { pausedReason }),
    ...(pausedAt === null ? {} : { pausedAt: pausedAt.toISOString() }),
    ...(lastError === null ? {} : { lastError }),
    ...(retryPolicy === null ? {} : { retryPolicy }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
    ...(environmentId === null ? {} : { environmentId }),
    createdAt: deployment.createdAt.toISOString(),
    updatedAt: deployment.updatedAt.toISOString(),
  };
}

/** The schedules of a deployment as they are in force; next ticks only where there will be any. */
export function scheduleViews(deployment: DeploymentDetails, now: Date): ScheduleView[] {
  const isActive = deployment.status === 'active';
  return schedulesOf(deployment, deployment.triggers).map((schedule) => ({
    nodeId: schedule.nodeId,
    cronExpression: schedule.cronExpression,
    timezone: schedule.timezone,
    overridden: schedule.overridden,
    nextRunAt: isActive ? nextTickOf(schedule, now) : null,
  }));
}

function toTriggerView(trigger: TriggerView, schedules: readonly ScheduleView[]): TriggerView {
  const { type, nodeId } = trigger;
  const schedule = schedules.find((candidate) => candidate.nodeId === nodeId);
  if (!schedule) return { type, nodeId };
  const { cronExpression, timezone, nextRunAt } = schedule;
  return { type, nodeId, cronExpression, timezone, nextRunAt };
}

function firstOf(schedules: readonly ScheduleView[]): string | null {
  const times = schedules.map(({ nextRunAt }) => nextRunAt).filter((at) => at !== null);
  return times.sort()[0] ?? null;
}

/** A deployment as whoever starts runs of it needs it. */
export function toDeploymentTarget(
  deployment: DeploymentDetails,
  base: RunPolicy,
): DeploymentTarget {
  return {
    project: deployment.project,
    deploymentId: deployment.id,
    status: deployment.status,
    pattern: { id: deployment.patternId, name: deployment.patternName },
    versionId: deployment.versionId,
    version: deployment.versionNumber,
    triggers: deployment.triggers,
    policy: runPolicyOf(deployment, base),
  };
}
