import { canConnect } from '@runnel/definitions';
import type { GraphEdge, PinSpec } from '@runnel/definitions';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** Wires whose ends do not exist or do not fit, and inputs with more than one wire. */
export function checkEdges(model: GraphModel): GraphProblem[] {
  const ids = new Set(model.graph.nodes.map((node) => node.id));
  return [
    ...model.graph.edges.flatMap((edge) => checkEdge(model, ids, edge)),
    ...[...model.nodes.values()].flatMap(checkDuplicates),
  ];
}

function checkEdge(
  model: GraphModel,
  ids: ReadonlySet<string>,
  edge: GraphEdge,
): readonly GraphProblem[] {
  const missing = [...new Set([edge.source, edge.target])].filter((id) => !ids.has(id));
  if (missing.length > 0) {
    return missing.map((id) => ({
      nodeId: '',
      message: `Edge ${edge.id} references missing node '${id}'`,
      code: 'DANGLING_EDGE' as const,
    }));
  }
  const source = model.nodes.get(edge.source);
  const target = model.nodes.get(edge.target);
  const output = source?.outputs.get(edge.sourceHandle);
  const input = target?.inputs.get(edge.targetHandle);
  const problems: GraphProblem[] = [];
  if (source !== undefined && output === undefined) {
    problems.push(unknownPin(source, 'output', edge.sourceHandle));
  }
  if (target !== undefined && input === undefined) {
    problems.push(unknownPin(target, 'input', edge.targetHandle));
  }
  const misfit = output && input ? checkFit(edge, output, input) : undefined;
  return misfit === undefined ? problems : [misfit];
}

function unknownPin(node: ModelNode, side: 'input' | 'output', pin: string): GraphProblem {
  const message = `Node '${node.spec.id}' has no ${side} pin '${pin}'`;
  return { nodeId: node.id, message, code: 'UNKNOWN_PIN' };
}

function checkFit(edge: GraphEdge, output: PinSpec, input: PinSpec): GraphProblem | undefined {
  if (canConnect(output.type, input.type)) return undefined;
  if (output.type === 'exec' || input.type === 'exec') {
    const message = 'Execution pin cannot connect to data pin';
    return { nodeId: edge.target, message, code: 'EXEC_DATA_MIX' };
  }
  const message =
    `Cannot connect '${output.type}' output '${output.name}' of ${edge.source} ` +
    `to '${input.type}' input '${input.name}'`;
  return { nodeId: edge.target, message, code: 'TYPE_MISMATCH' };
}

function checkDuplicates(node: ModelNode): GraphProblem[] {
  return [...node.wiresIn]
    .filter(([pin, wires]) => wires.length > 1 && isDataInput(node, pin))
    .map(([pin]) => ({
      nodeId: node.id,
      message: `Input pin '${pin}' has more than one connection`,
      code: 'DUPLICATE_INPUT' as const,
    }));
}

function isDataInput(node: ModelNode, pin: string): boolean {
  const type = node.inputs.get(pin)?.type;
  return type !== undefined && type !== 'exec';
}
