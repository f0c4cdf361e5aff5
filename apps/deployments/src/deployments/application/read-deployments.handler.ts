import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';
import type { DeploymentView, Page, PageRequest } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { DeployablePatterns } from '../../patterns/deployable-patterns';
import { deploymentNotFound, notDeployed, patternNotFound } from '../domain/deployment';
import { DeploymentStore } from './deployment-store.port';
import { toDeploymentView } from './deployment-view';

@Injectable()
export class ReadDeploymentsHandler {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly patterns: DeployablePatterns,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN */
  async get(identity: Identity, id: string): Promise<DeploymentView> {
    assertAllowed(identity, PERMISSIONS['get-deployment']);
    const found = isId('deployment', id)
      ? await this.deployments.find(identity.project, id)
      : undefined;
    if (!found) throw deploymentNotFound();
    return toDeploymentView(found, this.clock.now());
  }

  /** Also of an undeployed pattern. @throws DomainError PATTERN_NOT_FOUND, NOT_DEPLOYED (never was), FORBIDDEN */
  async ofPattern(identity: Identity, patternId: string): Promise<DeploymentView> {
    assertAllowed(identity, PERMISSIONS['get-pattern-deployment']);
    const { project } = identity;
    if (!isId('pattern', patternId) || !(await this.patterns.exists(project, patternId))) {
      throw patternNotFound();
    }
    const found = await this.deployments.findOfPattern(project, patternId);
    if (!found) throw notDeployed();
    return toDeploymentView(found, this.clock.now());
  }

  /** Newest first; the undeployed are not shown. @throws DomainError FORBIDDEN */
  async list(
    identity: Identity,
    status: 'active' | 'paused' | 'failed' | undefined,
    page: PageRequest,
  ): Promise<Page<DeploymentView>> {
    assertAllowed(identity, PERMISSIONS['list-deployments']);
    const { items, total } = await this.deployments.list(identity.project, status, page);
    const now = this.clock.now();
    return { items: items.map((item) => toDeploymentView(item, now)), total };
  }

  /** @throws DomainError FORBIDDEN */
  async count(identity: Identity): Promise<{ active: number; paused: number; failed: number }> {
    assertAllowed(identity, PERMISSIONS['count-deployments']);
    return this.deployments.count(identity.project);
  }
}
