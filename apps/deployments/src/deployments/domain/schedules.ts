import { Schedule, scheduleProblem } from '@runnel/cron';
import { DomainError, InvalidInputError } from '@runnel/errors';

import type { Deployment, ScheduleOverride } from './deployment';

/** A trigger of a version; an On Schedule node's says when. */
interface Trigger {
  readonly nodeId: string;
  readonly cronExpression?: string;
  readonly timezone?: string;
}

/** A schedule as it is in force. */
export interface EffectiveSchedule extends ScheduleOverride {
  readonly overridden: boolean;
}

/** The schedules of a deployment, one per On Schedule node, as they are in force. */
export function schedulesOf(
  deployment: Pick<Deployment, 'schedulesFrom' | 'scheduleOverrides'>,
  triggers: readonly Trigger[],
): EffectiveSchedule[] {
  const from = deployment.schedulesFrom.toISOString();
  return triggers.flatMap(({ nodeId, cronExpression, timezone }): EffectiveSchedule[] => {
    if (cronExpression === undefined || timezone === undefined) return [];
    const changed = deployment.scheduleOverrides.find((override) => override.nodeId === nodeId);
    if (!changed) return [{ nodeId, cronExpression, timezone, since: from, overridden: false }];
    const since = changed.since > from ? changed.since : from;
    return [{ ...changed, since, overridden: true }];
  });
}

/**
 * The deployment with another schedule: of one node, or of all that have one (contracts/automation.md D.14).
 * @throws DomainError NO_SCHEDULE, DEPLOYMENT_NOT_ACTIVE when it is undeployed; InvalidInputError VALIDATION
 */
export function rescheduled(
  deployment: Deployment,
  triggers: readonly Trigger[],
  change: Omit<ScheduleOverride, 'since' | 'nodeId'> & { readonly nodeId?: string },
  now: Date,
): Deployment {
  Schedule.of(change.cronExpression, change.timezone);
  const nodeIds = schedulesOf(deployment, triggers).map(({ nodeId }) => nodeId);
  if (nodeIds.length === 0) throw noSchedule();
  if (deployment.status === 'undeployed') {
    throw new DomainError('DEPLOYMENT_NOT_ACTIVE', 'the deployment is undeployed; deploy it first');
  }
  if (change.nodeId !== undefined && !nodeIds.includes(change.nodeId)) throw unknownNode();
  const { cronExpression, timezone } = change;
  const changed = change.nodeId === undefined ? nodeIds : [change.nodeId];
  const kept = deployment.scheduleOverrides.filter(({ nodeId }) => !changed.includes(nodeId));
  const since = now.toISOString();
  const added = changed.map((nodeId) => ({ nodeId, cronExpression, timezone, since }));
  return { ...deployment, scheduleOverrides: [...kept, ...added], updatedAt: now };
}

/** A tick of one of several schedules. */
export interface Tick {
  readonly nodeId: string;
  readonly at: number;
  readonly localTime: string;
  readonly timezone: string;
}

/**
 * The next `count` ticks of several schedules together after `from`, ascending.
 * @throws DomainError NO_SCHEDULE; InvalidInputError VALIDATION for a node that has no schedule
 */
export function previewTicks(
  schedules: readonly EffectiveSchedule[],
  { from, count, nodeId }: { from: number; count: number; nodeId: string | undefined },
): Tick[] {
  if (schedules.length === 0) throw noSchedule();
  const chosen = schedules.filter((schedule) => nodeId === undefined || schedule.nodeId === nodeId);
  if (chosen.length === 0) throw unknownNode();
  const upcoming = chosen.map(({ cronExpression, timezone, nodeId: id }) => {
    const schedule = Schedule.of(cronExpression, timezone);
    return { id, timezone, schedule, at: schedule.next(from) };
  });
  const ticks: Tick[] = [];
  while (ticks.length < count) {
    const first = upcoming.reduce((a, b) => ((b.at ?? Infinity) < (a.at ?? Infinity) ? b : a));
    const { at, id, timezone, schedule } = first;
    if (at === undefined) break;
    ticks.push({ nodeId: id, at, localTime: schedule.localTime(at), timezone });
    first.at = schedule.next(at);
  }
  return ticks;
}

/** The next tick of a schedule, UTC, ISO 8601. */
export function nextTickOf(schedule: EffectiveSchedule, now: Date): string | null {
  const { cronExpression, timezone, since } = schedule;
  // A version outlives the rules that it was compiled under; it must stay readable.
  if (scheduleProblem(cronExpression, timezone) !== undefined) return null;
  const after = Math.max(now.getTime(), Date.parse(since));
  const next = Schedule.of(cronExpression, timezone).next(after);
  return next === undefined ? null : new Date(next).toISOString();
}

function noSchedule(): DomainError {
  return new DomainError('NO_SCHEDULE', 'the deployment does not have a schedule trigger');
}

function unknownNode(): InvalidInputError {
  const message = 'nodeId names no On Schedule node of this deployment';
  return new InvalidInputError('VALIDATION', message, { field: 'nodeId' });
}
