import { entryTriggers, execOutputs, sourceOf, dataInputs } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';
import { reachableFrom } from './reachability';
import { respondNodesOf, responseModeOf } from './webhook-nodes';

const LEAVES_LOOP: readonly string[] = ['break', 'continue'];

/** Break and Continue that execution can reach outside of any loop (B.4). */
export function checkLoopExits(model: GraphModel): GraphProblem[] {
  return [...reachableFrom(model)].flatMap(([nodeId, arrivals]): GraphProblem[] => {
    const node = model.nodes.get(nodeId);
    const isExit =
      node?.spec.behaviour.kind === 'flow' && LEAVES_LOOP.includes(node.spec.behaviour.construct);
    if (node === undefined || !isExit || node.isDisabled || !arrivals.outsideLoop) return [];
    return [{ nodeId, message: `${node.spec.id} outside loop`, code: 'BAD_PROPERTY' }];
  });
}

/** What is legal but probably not meant (B.7). */
export function flowWarnings(model: GraphModel): GraphProblem[] {
  const nodes = [...model.nodes.values()];
  const reached = reachableFrom(model);
  return [
    ...nodes.filter((node) => isUnreachable(node, reached)).map(unreachable),
    ...nodes.flatMap(fanOuts),
    ...nodes.flatMap((node) => lossyInputs(model, node)),
    ...unawaitedResponses(model),
  ];
}

function isUnreachable(node: ModelNode, reached: ReadonlyMap<string, unknown>): boolean {
  return !node.isPure && !node.isDisabled && !reached.has(node.id);
}

function unreachable(node: ModelNode): GraphProblem {
  const message = `Node '${node.spec.id}' is not reached from any trigger`;
  return { nodeId: node.id, message, code: 'UNREACHABLE_NODE' };
}

function fanOuts(node: ModelNode): GraphProblem[] {
  return execOutputs(node)
    .filter((pin) => (node.wiresOut.get(pin)?.length ?? 0) > 1)
    .map((pin) => ({
      nodeId: node.id,
      message: `Execution output '${pin}' has more than one connection; they run one after the other: use Sequence`,
      code: 'EXEC_FAN_OUT' as const,
    }));
}

function lossyInputs(model: GraphModel, node: ModelNode): GraphProblem[] {
  return dataInputs(node).flatMap((pin): GraphProblem[] => {
    const output = sourceOf(model, node, pin.name)?.output;
    if (output?.type !== 'float' || pin.type !== 'integer') return [];
    const message = `Input pin '${pin.name}' drops the fraction of 'float' output '${output.name}'`;
    return [{ nodeId: node.id, message, code: 'LOSSY_COERCION' }];
  });
}

function unawaitedResponses(model: GraphModel): GraphProblem[] {
  const unawaited = new Map<string, GraphProblem>();
  for (const trigger of entryTriggers(model)) {
    const isWebhook = trigger.spec.id === 'OnWebhook';
    const mode = isWebhook ? responseModeOf(model, trigger) : undefined;
    if (mode === 'response_node') continue;
    for (const { id } of respondNodesOf(model, trigger)) {
      const message = isWebhook
        ? `The webhook ${trigger.id} does not wait for this response`
        : `A run started by ${trigger.id} has no request to respond to`;
      unawaited.set(id, { nodeId: id, message, code: 'RESPOND_NOT_AWAITED' });
    }
  }
  return [...unawaited.values()];
}
