import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { newId } from '@runnel/ids';
import type { PatternView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { PatternEndpoints } from '../../deployments/pattern-endpoints';
import { DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import type { Pattern, PatternChanges } from '../domain/pattern';
import { EMPTY_GRAPH, readGraph, webhookNodeIds } from '../domain/pattern-graph';
import { PatternStore } from './pattern-store.port';
import { toPatternView } from './pattern-view';

@Injectable()
export class CreatePatternHandler {
  constructor(
    private readonly patterns: PatternStore,
    private readonly endpoints: PatternEndpoints,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a pattern; its webhook nodes have their URLs from now on.
   * @throws DomainError FORBIDDEN; InvalidInputError VALIDATION, PAYLOAD_TOO_LARGE
   */
  async handle(
    identity: Identity,
    fields: PatternChanges & { readonly name: string },
  ): Promise<PatternView> {
    assertAllowed(identity, PERMISSIONS['create-pattern']);
    const graphData = fields.graphData ?? EMPTY_GRAPH;
    const nodeIds = webhookNodeIds(readGraph(graphData));
    const pattern = newPattern(identity, { ...fields, graphData }, this.clock.now());
    const webhookIds = await this.transactions.inTransaction(async () => {
      await this.patterns.add(pattern);
      return this.endpoints.sync(pattern, nodeIds);
    });
    await this.notices.changed({ project: pattern.project, webhookIds });
    return toPatternView(pattern);
  }
}

function newPattern(
  identity: Identity,
  fields: PatternChanges & { readonly name: string },
  now: Date,
): Pattern {
  return {
    id: newId('pattern'),
    project: identity.project,
    ownerId: identity.id,
    name: fields.name,
    description: fields.description ?? null,
    isPublic: fields.isPublic ?? false,
    isTemplate: fields.isTemplate ?? false,
    tags: fields.tags ?? [],
    graphData: fields.graphData,
    versionNumber: 0,
    createdAt: now,
    updatedAt: now,
  };
}
