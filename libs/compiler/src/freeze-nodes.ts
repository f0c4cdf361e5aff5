import { isBoundedJson, isJsonObject } from '@runnel/definitions';
import type { Json, JsonObject } from '@runnel/definitions';
import { execOutputs, passThroughOutput } from './graph-model';
import type { FrozenNode, GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** A graph in which disabled and pinned nodes only stand for values, and what is wrong with the pins. */
export interface FrozenGraph {
  readonly model: GraphModel;
  readonly errors: readonly GraphProblem[];
  readonly warnings: readonly GraphProblem[];
}

const PIN_LIMITS = { depth: 64, size: 1_048_576 };

/**
 * Freezes disabled nodes (no outputs; execution passes through) and the nodes of `pinned`, a client's
 * `{nodeId: {pin: value}}` whose `$exec` names the execution output to take (B.9).
 */
export function freezeNodes(model: GraphModel, pinned: unknown): FrozenGraph {
  const pins = readPins(model, pinned);
  const nodes = new Map<string, ModelNode>();
  for (const node of model.nodes.values()) {
    const frozen = pins.frozen.get(node.id) ?? disabled(node);
    const isRead = frozen === undefined;
    nodes.set(node.id, isRead ? node : { ...node, frozen, wiresIn: new Map() });
  }
  return { model: { ...model, nodes }, errors: pins.errors, warnings: pins.warnings };
}

function disabled(node: ModelNode): FrozenNode | undefined {
  return node.isDisabled ? { outputs: {}, next: passThroughOutput(node) } : undefined;
}

function readPins(model: GraphModel, pinned: unknown) {
  const frozen = new Map<string, FrozenNode>();
  const errors: GraphProblem[] = [];
  const warnings: GraphProblem[] = [];
  if (pinned === undefined || pinned === null) return { frozen, errors, warnings };
  if (!isJsonObject(pinned) || !isBoundedJson(pinned, PIN_LIMITS)) {
    errors.push(bad('', 'Pinned nodes must be an object of outputs by node id'));
    return { frozen, errors, warnings };
  }
  for (const [nodeId, outputs] of Object.entries(pinned)) {
    const node = model.nodes.get(nodeId);
    if (node === undefined) warnings.push(unknownPin(nodeId));
    else if (!isJsonObject(outputs)) errors.push(bad(nodeId, 'Pinned outputs must be an object'));
    else if (!hasValidExec(node, outputs)) errors.push(bad(nodeId, '$exec names no output'));
    else frozen.set(nodeId, pin(node, outputs));
  }
  return { frozen, errors, warnings };
}

function pin(node: ModelNode, values: JsonObject): FrozenNode {
  const outputs: [string, Json][] = [...node.outputs.values()]
    .filter((output) => output.type !== 'exec' && Object.hasOwn(values, output.name))
    .map((output) => [output.name, values[output.name] ?? null]);
  const exec = values['$exec'];
  const next = typeof exec === 'string' ? exec : execOutputs(node)[0];
  return { outputs: Object.fromEntries(outputs), next };
}

function hasValidExec(node: ModelNode, values: JsonObject): boolean {
  const exec = values['$exec'];
  return exec === undefined || (typeof exec === 'string' && execOutputs(node).includes(exec));
}

function unknownPin(nodeId: string): GraphProblem {
  const message = `Pinned node '${nodeId.slice(0, 128)}' does not exist`;
  return { nodeId: '', message, code: 'UNKNOWN_PINNED_NODE' };
}

function bad(nodeId: string, message: string): GraphProblem {
  return { nodeId, message, code: 'BAD_PROPERTY' };
}
