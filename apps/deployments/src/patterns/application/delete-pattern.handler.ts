import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { isId } from '@runnel/ids';

import { LiveDeployments, type PatternPresence } from '../../deployments/live-deployments';
import { DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import { patternNotFound } from '../domain/pattern';
import { PatternStore } from './pattern-store.port';

@Injectable()
export class DeletePatternHandler {
  constructor(
    private readonly patterns: PatternStore,
    private readonly deployments: LiveDeployments,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
  ) {}

  /**
   * Removes a pattern with its deployment and endpoints. Runs that are under way end on the version they started with.
   * @param force although it is deployed
   * @throws DomainError PATTERN_NOT_FOUND, PATTERN_DEPLOYED, FORBIDDEN
   */
  async handle(identity: Identity, id: string, force: boolean): Promise<void> {
    assertAllowed(identity, PERMISSIONS['delete-pattern']);
    const { project } = identity;
    const { deployment, webhookIds } = await this.transactions.inTransaction(async () => {
      if (!isId('pattern', id) || !(await this.patterns.lock(project, id))) throw patternNotFound();
      const presence = await this.deployments.ofPattern(id);
      if (!force) refuseDeployed(presence);
      await this.patterns.remove(id);
      return presence;
    });
    const deploymentIds = deployment ? [deployment.id] : [];
    await this.notices.changed({ project, deploymentIds, webhookIds });
  }
}

function refuseDeployed({ deployment }: PatternPresence): void {
  if (!deployment || deployment.status === 'undeployed') return;
  throw new DomainError('PATTERN_DEPLOYED', 'the pattern is deployed; undeploy it first', {
    deploymentId: deployment.id,
  });
}
