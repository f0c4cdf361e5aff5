import type { RunRequested } from '@runnel/run-domain';

import type { DeploymentTarget } from './contracts/deployments';

/** What a run of a deployment is asked for with; the rest follows from the deployment. */
export type DeploymentRun = Pick<RunRequested, 'trigger' | 'payload'> &
  Partial<Omit<RunRequested, 'kind' | 'definition' | 'deploymentId'>>;

/** The request for a run of a deployment: the one place that says what follows from the deployment, whoever asks. */
export function runOfDeployment(target: DeploymentTarget, run: DeploymentRun): RunRequested {
  return {
    kind: 'graph',
    definition: {
      id: target.pattern.id,
      versionId: target.versionId,
      version: target.version,
      name: target.pattern.name,
    },
    deploymentId: target.deploymentId,
    firstAttempt: 1,
    policy: target.policy,
    queue: 'default',
    priority: 0,
    ...run,
  };
}
