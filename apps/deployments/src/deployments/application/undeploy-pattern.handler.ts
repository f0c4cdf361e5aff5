import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { DeployablePatterns } from '../../patterns/deployable-patterns';
import { Transactions } from '../../storage/transactions';
import { patternNotFound, undeployed } from '../domain/deployment';
import { LiveDeployments } from '../live-deployments';
import { DeploymentStore } from './deployment-store.port';

@Injectable()
export class UndeployPatternHandler {
  constructor(
    private readonly patterns: DeployablePatterns,
    private readonly deployments: DeploymentStore,
    private readonly presence: LiveDeployments,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * No trigger of the pattern starts a run any more; endpoints and history stay.
   * @throws DomainError PATTERN_NOT_FOUND, NOT_DEPLOYED, FORBIDDEN
   */
  async handle(identity: Identity, patternId: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['undeploy-pattern']);
    const { project } = identity;
    const { id, webhookIds } = await this.transactions.inTransaction(async () => {
      const isOurs = isId('pattern', patternId) && (await this.patterns.exists(project, patternId));
      if (!isOurs) throw patternNotFound();
      const before = await this.deployments.lockOfPattern(patternId);
      const after = undeployed(before, this.clock.now());
      await this.deployments.save(after);
      const presence = await this.presence.ofPattern(patternId);
      return { id: after.id, webhookIds: presence.webhookIds };
    });
    await this.notices.changed({ project, deploymentIds: [id], webhookIds });
  }
}
