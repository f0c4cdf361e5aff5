import { NODE_LIBRARY } from './node-library';
import { isPure } from './node-spec';
import type { NodeSpec } from './node-spec';
import { labelled } from './pin';
import type { Pin } from './pin';

/** A node type as `GET /api/nodes` shows it (contracts/automation.md A.8, E.4). */
export interface NodeDefinition {
  readonly id: string;
  readonly label: string;
  readonly category: string;
  readonly description: string;
  readonly isPure: boolean;
  readonly inputs: readonly Pin[];
  readonly outputs: readonly Pin[];
}

/** The declaration as the API shows it. */
export function toNodeDefinition(spec: NodeSpec): NodeDefinition {
  return {
    id: spec.id,
    label: spec.label,
    category: spec.category,
    description: spec.description,
    isPure: isPure(spec),
    inputs: spec.inputs.map(labelled),
    outputs: spec.outputs.map(labelled),
  };
}

/** Both filters ignore case; `search` looks in id, label and description. */
export interface NodeFilter {
  readonly category?: string;
  readonly search?: string;
}

/** The node types that match, in the library's order. */
export function listNodeDefinitions(filter: NodeFilter = {}): NodeDefinition[] {
  const category = filter.category?.toLowerCase();
  const search = filter.search?.toLowerCase();
  return NODE_LIBRARY.filter(
    (spec) =>
      (category === undefined || spec.category.toLowerCase() === category) &&
      (search === undefined || searchText(spec).includes(search)),
  ).map(toNodeDefinition);
}

function searchText(spec: NodeSpec): string {
  return `${spec.id} ${spec.label} ${spec.description}`.toLowerCase();
}
