import { Controller, Get } from '@nestjs/common';
import {
  findNode,
  listNodeDefinitions,
  type NodeDefinition,
  toNodeDefinition,
} from '@runnel/definitions';
import { DomainError } from '@runnel/errors';
import { z } from 'zod';

import { idParam } from '../../http/query';
import { Input, RequiresPermission, Serves } from '../../http/route.decorators';
import { type InputOf, operation } from '../../http/route-declaration';

const common = { tag: 'nodes', errors: 'flat' } as const;

const listNodes = operation({
  ...common,
  summary: 'List the node types that patterns are drawn with',
  query: z.object({
    category: z.string().max(100).optional(),
    search: z.string().max(200).optional(),
  }),
});
const getNode = operation({
  ...common,
  summary: 'Get one node type',
  params: z.object({ id: idParam }),
});

/** contracts/automation.md E.4: the library is the same for everybody and part of this version. */
@Controller('api/nodes')
export class NodesController {
  @Get()
  @RequiresPermission('list-nodes')
  @Serves(listNodes)
  list(@Input() { query }: InputOf<typeof listNodes>): { nodes: readonly NodeDefinition[] } {
    const { category, search } = query;
    return {
      nodes: listNodeDefinitions({
        ...(category !== undefined && { category }),
        ...(search !== undefined && { search }),
      }),
    };
  }

  @Get(':id')
  @RequiresPermission('list-nodes')
  @Serves(getNode)
  get(@Input() { params }: InputOf<typeof getNode>): NodeDefinition {
    const spec = findNode(params.id);
    if (spec) return toNodeDefinition(spec);
    throw new DomainError('NODE_NOT_FOUND', 'node type not found');
  }
}
