import { dataInputs, sourceOf } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** Cycles of data wires made only of pure nodes: such values could never be computed (B.3). */
export function checkCycles(model: GraphModel): GraphProblem[] {
  return pureCycles(model).map((cycle) => ({
    nodeId: cycle[0] ?? '',
    message: `Data cycle through nodes ${cycle.join(', ')}`,
    code: 'DATA_CYCLE',
  }));
}

/** The pure nodes that are evaluated to feed a node. */
export function pureSources(model: GraphModel, node: ModelNode): ModelNode[] {
  return dataInputs(node)
    .map((pin) => sourceOf(model, node, pin.name)?.source)
    .filter((source) => source !== undefined)
    .filter((source) => source.isPure && source.frozen === undefined);
}

interface Visit {
  readonly node: ModelNode;
  readonly sources: ModelNode[];
  readonly index: number;
  low: number;
}

/** Strongly connected groups of pure nodes (Tarjan, without recursion), each in graph order. */
function pureCycles(model: GraphModel): string[][] {
  const order = [...model.nodes.keys()];
  const visits = new Map<string, Visit>();
  const open: Visit[] = [];
  const isOpen = new Set<string>();
  const cycles: string[][] = [];

  for (const root of model.nodes.values()) {
    if (!root.isPure || visits.has(root.id)) continue;
    const path = [enter(root)];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const source = at.sources.pop();
      if (source === undefined) {
        path.pop();
        leave(at, path.at(-1));
      } else {
        const seen = visits.get(source.id);
        if (seen === undefined) path.push(enter(source));
        else if (isOpen.has(source.id)) at.low = Math.min(at.low, seen.index);
      }
    }
  }
  return cycles.map((ids) => ids.sort((a, b) => order.indexOf(a) - order.indexOf(b)));

  function enter(node: ModelNode): Visit {
    const sources = pureSources(model, node);
    const visit = { node, sources, index: visits.size, low: visits.size };
    visits.set(node.id, visit);
    open.push(visit);
    isOpen.add(node.id);
    return visit;
  }

  function leave(visit: Visit, parent: Visit | undefined): void {
    if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
    if (visit.low !== visit.index) return;
    const group = open.splice(open.indexOf(visit)).map(({ node }) => node);
    for (const node of group) isOpen.delete(node.id);
    const isSelfFed = pureSources(model, visit.node).some(({ id }) => id === visit.node.id);
    if (group.length > 1 || isSelfFed) cycles.push(group.map(({ id }) => id));
  }
}
