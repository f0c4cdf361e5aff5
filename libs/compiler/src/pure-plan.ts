import { pureSources } from './check-cycles';
import type { GraphModel, ModelNode } from './graph-model';

/** How the function of a pure node is written. */
export interface PurePlan {
  /** Read more than once in some pull: remembered for the length of the pull, so that it runs at most once (B.3). */
  readonly isShared: boolean;
  /** It, or a node that it reads, is shared: its function takes the pull. */
  readonly needsPull: boolean;
  /** It, or a node that it reads, has to wait: a Code node, or a fresh stack. */
  readonly isAsync: boolean;
  /** Deep enough to go on with a fresh stack. */
  readonly startsFreshStack: boolean;
}

/** A deeper tree of pure nodes would overflow the small stack of the sandbox's VM. */
const LEVELS_PER_STACK = 24;

/** Plans for the pure nodes that `readers` (impure nodes) read, directly or not, in graph order. */
export function planPureNodes(
  model: GraphModel,
  readers: readonly ModelNode[],
): ReadonlyMap<string, PurePlan> {
  const sourcesOf = sourcesIn(model);
  const order = evaluationOrder(sourcesOf, readers);
  const shared = new Set(readers.flatMap((reader) => readTwice(sourcesOf, reader)));
  const plans = new Map<string, PurePlan>();
  const levels = new Map<string, number>();
  for (const node of order) {
    const sources = sourcesOf(node);
    const level = 1 + Math.max(0, ...sources.map(({ id }) => levels.get(id) ?? 0));
    levels.set(node.id, level);
    const isShared = shared.has(node.id);
    const startsFreshStack = level % LEVELS_PER_STACK === 0;
    plans.set(node.id, {
      isShared,
      startsFreshStack,
      needsPull: isShared || sources.some(({ id }) => plans.get(id)?.needsPull === true),
      isAsync:
        startsFreshStack ||
        node.spec.behaviour.kind === 'code' ||
        sources.some(({ id }) => plans.get(id)?.isAsync === true),
    });
  }
  return plans;
}

/** What a node reads, looked up once. */
type Sources = (node: ModelNode) => readonly ModelNode[];

function sourcesIn(model: GraphModel): Sources {
  const known = new Map<string, readonly ModelNode[]>();
  return (node) => {
    const sources = known.get(node.id) ?? pureSources(model, node);
    known.set(node.id, sources);
    return sources;
  };
}

/** Each pure node after all that it reads. There are no cycles: the graph is valid. */
function evaluationOrder(sourcesOf: Sources, readers: readonly ModelNode[]): ModelNode[] {
  const order: ModelNode[] = [];
  const seen = new Set<string>();
  const pending = readers.flatMap(sourcesOf).map(unvisited);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.isVisited) order.push(next.node);
    else if (!seen.has(next.node.id)) {
      seen.add(next.node.id);
      pending.push({ node: next.node, isVisited: true });
      pending.push(...sourcesOf(next.node).map(unvisited));
    }
  }
  return order;
}

function unvisited(node: ModelNode): { node: ModelNode; isVisited: boolean } {
  return { node, isVisited: false };
}

/** Ids of the pure nodes that one pull of `reader` reads more than once. */
function readTwice(sourcesOf: Sources, reader: ModelNode): string[] {
  const readings = new Map<string, number>();
  for (const node of [reader, ...evaluationOrder(sourcesOf, [reader])]) {
    for (const { id } of sourcesOf(node)) readings.set(id, (readings.get(id) ?? 0) + 1);
  }
  return [...readings].filter(([, count]) => count > 1).map(([id]) => id);
}
