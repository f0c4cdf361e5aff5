import type { DeploymentTarget, DeploymentView } from '@runnel/messaging';
import type { RunPolicy } from '@runnel/run-domain';

import type { DeploymentDetails } from './deployment-store.port';

/** A deployment as its API shows it. */
export function toDeploymentView(deployment: DeploymentDetails): DeploymentView {
  const { pausedReason, pausedAt, lastError, environmentId } = deployment;
  return {
    id: deployment.id,
    patternId: deployment.patternId,
    patternName: deployment.patternName,
    patternDescription: deployment.patternDescription,
    status: deployment.status,
    triggers: deployment.triggers,
    versionNumber: deployment.versionNumber,
    confirmedAt: deployment.confirmedAt?.toISOString() ?? null,
    ...(pausedReason === null ? {} : { pausedReason }),
    ...(pausedAt === null ? {} : { pausedAt: pausedAt.toISOString() }),
    ...(lastError === null ? {} : { lastError }),
    ...(environmentId === null ? {} : { environmentId }),
    createdAt: deployment.createdAt.toISOString(),
    updatedAt: deployment.updatedAt.toISOString(),
  };
}

/** A deployment as whoever starts runs of it needs it. */
export function toDeploymentTarget(
  deployment: DeploymentDetails,
  policy: RunPolicy,
): DeploymentTarget {
  return {
    project: deployment.project,
    deploymentId: deployment.id,
    status: deployment.status,
    pattern: { id: deployment.patternId, name: deployment.patternName },
    versionId: deployment.versionId,
    version: deployment.versionNumber,
    triggers: deployment.triggers,
    policy,
  };
}
