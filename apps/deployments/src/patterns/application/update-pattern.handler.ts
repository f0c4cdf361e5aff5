import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';
import type { PatternView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { LiveDeployments } from '../../deployments/live-deployments';
import { PatternEndpoints } from '../../deployments/pattern-endpoints';
import { type DefinitionChange, DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import {
  changePattern,
  type Pattern,
  type PatternChanges,
  patternNotFound,
} from '../domain/pattern';
import { readGraph, webhookNodeIds } from '../domain/pattern-graph';
import { PatternStore } from './pattern-store.port';
import { toPatternView } from './pattern-view';

@Injectable()
export class UpdatePatternHandler {
  constructor(
    private readonly patterns: PatternStore,
    private readonly endpoints: PatternEndpoints,
    private readonly deployments: LiveDeployments,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves changes. What is deployed stays as it is; webhook nodes that are new get their URLs.
   * @throws DomainError PATTERN_NOT_FOUND, CONFLICT, FORBIDDEN; InvalidInputError VALIDATION, PAYLOAD_TOO_LARGE
   */
  async handle(
    identity: Identity,
    id: string,
    changes: PatternChanges,
    ifUpdatedAt: Date | undefined,
  ): Promise<PatternView> {
    assertAllowed(identity, PERMISSIONS['update-pattern']);
    const { graphData } = changes;
    const nodeIds = graphData === undefined ? undefined : webhookNodeIds(readGraph(graphData));
    const { pattern, change } = await this.transactions.inTransaction(async () => {
      const before = isId('pattern', id)
        ? await this.patterns.lock(identity.project, id)
        : undefined;
      if (!before) throw patternNotFound();
      const after = changePattern(before, changes, this.clock.now(), ifUpdatedAt);
      await this.patterns.save(after);
      return { pattern: after, change: await this.whatChanges(before, after, nodeIds) };
    });
    await this.notices.changed(change);
    return toPatternView(pattern);
  }

  private async whatChanges(
    before: Pattern,
    after: Pattern,
    nodeIds: readonly string[] | undefined,
  ): Promise<DefinitionChange> {
    const { project, id } = after;
    const synced = nodeIds === undefined ? [] : await this.endpoints.sync(after, nodeIds);
    if (before.name === after.name) return { project, webhookIds: synced };
    // The name travels with every run of it.
    const { deployment, webhookIds } = await this.deployments.ofPattern(id);
    return { project, deploymentIds: deployment ? [deployment.id] : [], webhookIds };
  }
}
