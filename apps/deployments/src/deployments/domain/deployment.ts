import { DomainError } from '@runnel/errors';

import type { RunSettings } from './run-settings';

export type Status = 'active' | 'paused' | 'failed' | 'undeployed';

/** A schedule that somebody changed after the deploy. */
export interface ScheduleOverride {
  readonly nodeId: string;
  readonly cronExpression: string;
  readonly timezone: string;
  /** UTC, ISO 8601: ticks up to this time do not count. */
  readonly since: string;
}

/** A pattern version made live. One per pattern, its id stays over every redeploy. */
export interface Deployment extends RunSettings {
  readonly id: string;
  readonly project: string;
  readonly patternId: string;
  readonly status: Status;
  readonly versionId: string;
  /** Where its runs find their values; null is the project's default environment. */
  readonly environmentId: string | null;
  /** When the version became available to executors. */
  readonly confirmedAt: Date | null;
  readonly pausedReason: 'manual' | 'circuit_breaker' | null;
  readonly pausedAt: Date | null;
  readonly lastError: string | null;
  /** Ticks of schedules up to this time do not count: it became active, or was made active again, then. */
  readonly schedulesFrom: Date;
  readonly scheduleOverrides: readonly ScheduleOverride[];
  /** Failures of runs asked for before this are not the circuit breaker's business. */
  readonly breakerSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const RUNNING = { pausedReason: null, pausedAt: null, lastError: null } as const;
const UNSET = { retryPolicy: null, timeoutMs: null } as const;

/**
 * The pattern's deployment with a new version, active whatever it was before (contracts/automation.md C.8). It stays bound
 * to its environment unless another one is named.
 */
export function deployed(
  before: Deployment | undefined,
  birth: { readonly id: string; readonly project: string; readonly patternId: string },
  versionId: string,
  now: Date,
  environmentId?: string,
): Deployment {
  return {
    ...(before ?? { ...birth, ...UNSET, createdAt: now }),
    ...RUNNING,
    breakerSince: now,
    status: 'active',
    versionId,
    environmentId: environmentId ?? before?.environmentId ?? null,
    confirmedAt: now,
    schedulesFrom: now,
    scheduleOverrides: [],
    updatedAt: now,
  };
}

/** @throws DomainError NOT_DEPLOYED */
export function undeployed(deployment: Deployment | undefined, now: Date): Deployment {
  if (!deployment || deployment.status === 'undeployed') throw notDeployed();
  return { ...deployment, ...RUNNING, status: 'undeployed', updatedAt: now };
}

/** No run starts until it is resumed; runs under way go on. @throws DomainError ALREADY_PAUSED, DEPLOYMENT_NOT_ACTIVE */
export function paused(deployment: Deployment, now: Date): Deployment {
  if (deployment.status === 'paused') {
    throw new DomainError('ALREADY_PAUSED', 'the deployment is already paused');
  }
  if (deployment.status !== 'active') {
    throw new DomainError('DEPLOYMENT_NOT_ACTIVE', `the deployment is ${deployment.status}`);
  }
  return { ...deployment, status: 'paused', pausedReason: 'manual', pausedAt: now, updatedAt: now };
}

/** Paused by its circuit breaker. @throws DomainError ALREADY_PAUSED, DEPLOYMENT_NOT_ACTIVE */
export function tripped(deployment: Deployment, now: Date): Deployment {
  return { ...paused(deployment, now), pausedReason: 'circuit_breaker' };
}

/** With other rules for the runs that start from now on. */
export function configured(
  deployment: Deployment,
  settings: Partial<RunSettings>,
  now: Date,
): Deployment {
  return { ...deployment, ...settings, updatedAt: now };
}

/** @throws DomainError NOT_PAUSED */
export function resumed(deployment: Deployment, now: Date): Deployment {
  if (deployment.status !== 'paused') {
    throw new DomainError('NOT_PAUSED', 'the deployment is not paused');
  }
  return {
    ...deployment,
    ...RUNNING,
    status: 'active',
    breakerSince: now,
    schedulesFrom: now,
    updatedAt: now,
  };
}

/** Active again with the code it has. @throws DomainError NOTHING_TO_REDEPLOY when it was undeployed */
export function redeployed(deployment: Deployment, now: Date): Deployment {
  if (deployment.status === 'undeployed') {
    throw new DomainError('NOTHING_TO_REDEPLOY', 'nothing is deployed; deploy the pattern instead');
  }
  return {
    ...deployment,
    ...RUNNING,
    status: 'active',
    breakerSince: now,
    confirmedAt: now,
    schedulesFrom: now,
    updatedAt: now,
  };
}

export function notDeployed(): DomainError {
  return new DomainError('NOT_DEPLOYED', 'the pattern is not deployed');
}

/** Missing, or of another project: the same words for both. */
export function deploymentNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'Deployment not found');
}

/** The same for a pattern that is to be deployed. */
export function patternNotFound(): DomainError {
  return new DomainError('PATTERN_NOT_FOUND', 'Pattern not found');
}
