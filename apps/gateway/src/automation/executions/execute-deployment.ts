import { Injectable } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { DomainError, InvalidInputError } from '@runnel/errors';
import { type DeploymentTarget, ServiceClient, type TriggerView } from '@runnel/messaging';
import type { Json } from '@runnel/run-domain';

import { StartAndWait, type StartedRun } from '../../runs/start-and-wait';

export interface ExecuteRequest {
  readonly identity: Identity;
  readonly deploymentId: string;
  readonly eventData: Json;
  /** Which of several triggers; by default On Start, else the first. */
  readonly nodeId?: string;
  readonly waits: boolean;
  /** The caller has gone. */
  readonly signal: AbortSignal;
  readonly traceparent?: string;
}

/** Runs a deployed pattern because somebody asks for it (contracts/automation.md D.7, C.4). */
@Injectable()
export class ExecuteDeployment {
  constructor(
    private readonly services: ServiceClient,
    private readonly runs: StartAndWait,
  ) {}

  /**
   * The run and, once it has ended, its status in this door's words; `running` when the caller does not wait.
   * A pattern that fails is no error.
   * @throws DomainError NOT_FOUND, PAUSED, DEPLOYMENT_NOT_ACTIVE; InvalidInputError VALIDATION;
   *   HttpProblem 504 EXECUTION_TIMEOUT
   */
  async execute(request: ExecuteRequest): Promise<StartedRun> {
    const { identity, eventData, traceparent, waits, signal } = request;
    const target = await this.targetOf(request);
    const trigger = triggerOf(target, request.nodeId);
    return this.runs.start(
      {
        authority: { kind: 'caller', identity, command: 'execute-deployment' },
        target,
        trigger: { type: 'manual', nodeId: trigger.nodeId },
        payload: eventData,
        ...(traceparent !== undefined && { traceparent }),
      },
      { waits, signal },
    );
  }

  private async targetOf({ identity, deploymentId }: ExecuteRequest): Promise<DeploymentTarget> {
    const { target } = await this.services.call('svc.deployments.resolve-deployment', {
      project: identity.project,
      deploymentId,
    });
    switch (target?.status) {
      case 'active':
        return target;
      case 'paused':
        throw new DomainError('PAUSED', 'the deployment is paused; resume it first');
      case 'failed':
      case 'undeployed':
        throw new DomainError('DEPLOYMENT_NOT_ACTIVE', `the deployment is ${target.status}`);
      case undefined:
        throw new DomainError('NOT_FOUND', 'deployment not found');
    }
  }
}

/** The trigger that a manual run enters by. Throws InvalidInputError VALIDATION, DomainError DEPLOYMENT_NOT_ACTIVE. */
export function triggerOf({ triggers }: DeploymentTarget, nodeId: string | undefined): TriggerView {
  const chosen =
    nodeId === undefined
      ? (triggers.find(({ type }) => type === 'OnStart') ?? triggers[0])
      : triggers.find((trigger) => trigger.nodeId === nodeId);
  if (chosen) return chosen;
  if (nodeId !== undefined) {
    throw new InvalidInputError('VALIDATION', 'nodeId: no trigger of this deployment');
  }
  throw new DomainError('DEPLOYMENT_NOT_ACTIVE', 'the deployment has no trigger');
}
