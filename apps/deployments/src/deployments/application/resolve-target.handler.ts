import { Inject, Injectable } from '@nestjs/common';
import { isId } from '@runnel/ids';
import type { DeploymentTarget, Program, WebhookTarget } from '@runnel/messaging';

import { CONFIG, type DeploymentsConfig } from '../../config';
import { DeploymentStore } from './deployment-store.port';
import { toDeploymentTarget } from './deployment-view';
import { type EndpointWithDeployment, TargetQuery } from './target-query.port';
import { VersionStore } from './version-store.port';

const WEBHOOK_ID = /^whk_[0-9a-f]{32}$/;

/** What starts and carries out runs: answers that others cache, told apart by notices when they change. */
@Injectable()
export class ResolveTargetHandler {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'runPolicy'>,
    private readonly targets: TargetQuery,
    private readonly deployments: DeploymentStore,
    private readonly versions: VersionStore,
  ) {}

  /** By public webhook id, or by pattern id when it has exactly one endpoint (contracts/automation.md E.3). */
  async webhook(id: string): Promise<WebhookTarget | null> {
    if (WEBHOOK_ID.test(id)) {
      const found = await this.targets.byWebhookId(id);
      return found && isReachable(found) ? this.toTarget(found) : null;
    }
    if (!isId('pattern', id)) return null;
    const [only, another] = (await this.targets.byPatternId(id)).filter(isReachable);
    return only && !another ? this.toTarget(only) : null;
  }

  /** In whatever state; null when the project has no such deployment. */
  async deployment(project: string, id: string): Promise<DeploymentTarget | null> {
    const found = isId('deployment', id) ? await this.deployments.find(project, id) : undefined;
    return found ? toDeploymentTarget(found, this.config.runPolicy) : null;
  }

  async program(versionId: string): Promise<Program | null> {
    if (!isId('patternVersion', versionId)) return null;
    return (await this.versions.findProgram(versionId)) ?? null;
  }

  private toTarget(found: EndpointWithDeployment): WebhookTarget {
    const { endpoint } = found;
    const live = liveNodeOf(found);
    return {
      project: endpoint.project,
      endpointId: endpoint.id,
      webhookId: endpoint.webhookId,
      patternId: endpoint.patternId,
      nodeId: endpoint.nodeId,
      secret: endpoint.secret,
      signatureMode: endpoint.signatureMode,
      requireTimestamp: endpoint.requireTimestamp,
      responseMode: live?.node.responseMode ?? 'immediate',
      ...(live ? { deployment: toDeploymentTarget(live.deployment, this.config.runPolicy) } : {}),
    };
  }
}

/** The node in the deployed version, whatever the saved graph has become since. */
function liveNodeOf({ endpoint, deployment }: EndpointWithDeployment) {
  if (!deployment || deployment.status === 'undeployed') return undefined;
  const node = deployment.webhookNodes.find(({ nodeId }) => nodeId === endpoint.nodeId);
  return node && { node, deployment };
}

/** An endpoint whose node is neither drawn nor deployed answers like one that never was. */
function isReachable(found: EndpointWithDeployment): boolean {
  return found.endpoint.active || liveNodeOf(found) !== undefined;
}
