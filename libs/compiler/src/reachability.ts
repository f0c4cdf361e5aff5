import { entryTriggers, liveExecOutputs, nextNodes } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';

const LOOPS: readonly string[] = ['for-each', 'for-range', 'while'];

/** How execution can arrive at a node: inside the body of a loop, outside of any, or both. */
export interface Arrivals {
  inLoop: boolean;
  outsideLoop: boolean;
}

/** The impure nodes that execution can reach from `starts` (all entry triggers by default), and how. */
export function reachableFrom(
  model: GraphModel,
  starts: readonly ModelNode[] = entryTriggers(model),
): ReadonlyMap<string, Arrivals> {
  const reached = new Map<string, Arrivals>();
  const pending = starts.map((node) => ({ node, inLoop: false }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, inLoop } = next;
    if (!markArrival(reached, node, inLoop)) continue;
    for (const pin of liveExecOutputs(node)) {
      const bodyOfLoop = pin === 'body' && isLoop(node);
      for (const target of nextNodes(model, node, pin)) {
        pending.push({ node: target, inLoop: inLoop || bodyOfLoop });
      }
    }
  }
  return reached;
}

/** False when execution was known to arrive this way. */
function markArrival(reached: Map<string, Arrivals>, node: ModelNode, inLoop: boolean): boolean {
  const arrivals = reached.get(node.id) ?? { inLoop: false, outsideLoop: false };
  const isNew = inLoop ? !arrivals.inLoop : !arrivals.outsideLoop;
  if (inLoop) arrivals.inLoop = true;
  else arrivals.outsideLoop = true;
  reached.set(node.id, arrivals);
  return isNew;
}

function isLoop(node: ModelNode): boolean {
  const { behaviour } = node.spec;
  return behaviour.kind === 'flow' && LOOPS.includes(behaviour.construct);
}
