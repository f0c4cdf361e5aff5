import { findNode, isRequiredInput } from '@runnel/definitions';
import type { PinSpec } from '@runnel/definitions';
import { constantFor, givenValue } from './constant-input';
import { dataInputs, entryTriggers } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** Node ids, types, properties and inputs, and whether anything starts the pattern. */
export function checkNodes(model: GraphModel): GraphProblem[] {
  const nodes = [...model.nodes.values()];
  const noTrigger: GraphProblem = {
    nodeId: '',
    message: 'Pattern has no trigger node',
    code: 'NO_TRIGGER',
  };
  return [
    ...(entryTriggers(model).length === 0 ? [noTrigger] : []),
    ...checkIdentities(model),
    ...nodes.flatMap(checkProperties),
    ...nodes.flatMap((node) => (node.isDisabled ? [] : checkInputs(node))),
  ];
}

function checkIdentities(model: GraphModel): GraphProblem[] {
  const seen = new Set<string>();
  return model.graph.nodes.flatMap((node): GraphProblem[] => {
    const nodeId = node.id;
    if (seen.has(nodeId)) {
      return [{ nodeId, message: `Duplicate node id '${nodeId}'`, code: 'DUPLICATE_ID' }];
    }
    seen.add(nodeId);
    if (findNode(node.type) !== undefined) return [];
    return [{ nodeId, message: `Unknown node type '${node.type}'`, code: 'UNKNOWN_NODE' }];
  });
}

function checkProperties(node: ModelNode): GraphProblem[] {
  const { spec, id: nodeId } = node;
  const properties = node.node.data.properties;
  const problems = [...(spec.propertyProblems?.(properties) ?? []), ...literalProblems(node)];
  return problems.map((message) => ({ nodeId, message, code: 'BAD_PROPERTY' }));
}

function literalProblems(node: ModelNode): string[] {
  const pin = node.spec.behaviour.kind === 'literal' ? node.outputs.get('value') : undefined;
  const value = node.node.data.properties['value'];
  if (pin === undefined || value === undefined || value === null) return [];
  return constantFor(pin, value) === undefined ? [`Value is not a valid ${pin.type}`] : [];
}

function checkInputs(node: ModelNode): GraphProblem[] {
  return dataInputs(node).flatMap((pin) =>
    node.wiresIn.has(pin.name) ? [] : checkUnwired(node, pin),
  );
}

function checkUnwired(node: ModelNode, pin: PinSpec): GraphProblem[] {
  const nodeId = node.id;
  const value = givenValue(node, pin);
  if (value === undefined) {
    if (!isRequiredInput(pin)) return [];
    const message = `Input pin '${pin.name}' is not connected`;
    return [{ nodeId, message, code: 'PIN_NOT_CONNECTED' }];
  }
  if (constantFor(pin, value) !== undefined) return [];
  const wanted =
    pin.enumValues === undefined ? `a valid ${pin.type}` : `one of ${pin.enumValues.join(', ')}`;
  const message = `Value of input pin '${pin.name}' is not ${wanted}`;
  return [{ nodeId, message, code: 'BAD_PROPERTY' }];
}
