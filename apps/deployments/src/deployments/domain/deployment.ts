import { DomainError } from '@runnel/errors';

export type Status = 'active' | 'paused' | 'failed' | 'undeployed';

/** A pattern version made live. One per pattern, its id stays over every redeploy. */
export interface Deployment {
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
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const RUNNING = { pausedReason: null, pausedAt: null, lastError: null } as const;

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
    ...(before ?? { ...birth, createdAt: now }),
    ...RUNNING,
    status: 'active',
    versionId,
    environmentId: environmentId ?? before?.environmentId ?? null,
    confirmedAt: now,
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

/** @throws DomainError NOT_PAUSED */
export function resumed(deployment: Deployment, now: Date): Deployment {
  if (deployment.status !== 'paused') {
    throw new DomainError('NOT_PAUSED', 'the deployment is not paused');
  }
  return { ...deployment, ...RUNNING, status: 'active', updatedAt: now };
}

/** Active again with the code it has. @throws DomainError NOTHING_TO_REDEPLOY when it was undeployed */
export function redeployed(deployment: Deployment, now: Date): Deployment {
  if (deployment.status === 'undeployed') {
    throw new DomainError('NOTHING_TO_REDEPLOY', 'nothing is deployed; deploy the pattern instead');
  }
  return { ...deployment, ...RUNNING, status: 'active', confirmedAt: now, updatedAt: now };
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
