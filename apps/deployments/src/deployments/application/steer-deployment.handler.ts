import { Injectable } from '@nestjs/common';
import { assertAllowed, type Command, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';
import type { DeploymentView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import {
  configured,
  type Deployment,
  deploymentNotFound,
  paused,
  redeployed,
  resumed,
} from '../domain/deployment';
import type { RunSettings } from '../domain/run-settings';
import { LiveDeployments } from '../live-deployments';
import { DeploymentStore } from './deployment-store.port';
import { toDeploymentView } from './deployment-view';

/** Moves a deployment from state to state; its version stays. */
@Injectable()
export class SteerDeploymentHandler {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly presence: LiveDeployments,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, ALREADY_PAUSED, DEPLOYMENT_NOT_ACTIVE, FORBIDDEN */
  pause(identity: Identity, id: string): Promise<DeploymentView> {
    return this.steer('pause-deployment', identity, id, paused);
  }

  /** @throws DomainError NOT_FOUND, NOT_PAUSED, FORBIDDEN */
  resume(identity: Identity, id: string): Promise<DeploymentView> {
    return this.steer('resume-deployment', identity, id, resumed);
  }

  /** @throws DomainError NOT_FOUND, NOTHING_TO_REDEPLOY, FORBIDDEN */
  redeploy(identity: Identity, id: string): Promise<DeploymentView> {
    return this.steer('redeploy', identity, id, redeployed);
  }

  /** Other rules for runs that start from now on. @throws DomainError NOT_FOUND, FORBIDDEN */
  configure(
    identity: Identity,
    id: string,
    settings: Partial<RunSettings>,
  ): Promise<DeploymentView> {
    return this.steer('update-deployment', identity, id, (before, now) =>
      configured(before, settings, now),
    );
  }

  private async steer(
    command: Command,
    identity: Identity,
    id: string,
    move: (deployment: Deployment, now: Date) => Deployment,
  ): Promise<DeploymentView> {
    assertAllowed(identity, PERMISSIONS[command]);
    const { project } = identity;
    const { details, webhookIds } = await this.transactions.inTransaction(async () => {
      const before = isId('deployment', id) ? await this.deployments.lock(project, id) : undefined;
      if (!before) throw deploymentNotFound();
      await this.deployments.save(move(before, this.clock.now()));
      const presence = await this.presence.ofPattern(before.patternId);
      const after = await this.deployments.find(project, id);
      if (!after) throw deploymentNotFound();
      return { details: after, webhookIds: presence.webhookIds };
    });
    await this.notices.changed({ project, deploymentIds: [id], webhookIds });
    return toDeploymentView(details, this.clock.now());
  }
}
