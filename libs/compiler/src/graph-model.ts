import { findNode, isPure } from '@runnel/definitions';
import type {
  GraphData,
  GraphEdge,
  GraphNode,
  JsonObject,
  NodeSpec,
  PinSpec,
} from '@runnel/definitions';

/** A node together with its declaration and its wires. */
export interface ModelNode {
  readonly id: string;
  readonly node: GraphNode;
  readonly spec: NodeSpec;
  readonly inputs: ReadonlyMap<string, PinSpec>;
  readonly outputs: ReadonlyMap<string, PinSpec>;
  /** Evaluated when read: pure types, and Code nodes without an execution wire. */
  readonly isPure: boolean;
  readonly isDisabled: boolean;
  /** Set for a node that is not executed: pinned in a test run, or disabled. */
  readonly frozen?: FrozenNode;
  /** Wires by pin, in edge order; only those whose two ends exist. */
  readonly wiresIn: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly wiresOut: ReadonlyMap<string, readonly GraphEdge[]>;
}

/** What stands in for a node that is not executed. */
export interface FrozenNode {
  readonly outputs: JsonObject;
  /** Execution output that fires; undefined where the chain ends. */
  readonly next: string | undefined;
}

/** The graph with ids resolved. Nodes of unknown type, and later nodes of a repeated id, are left out. */
export interface GraphModel {
  readonly graph: GraphData;
  readonly nodes: ReadonlyMap<string, ModelNode>;
}

export function buildModel(graph: GraphData): GraphModel {
  const incoming = groupBy(graph.edges, (edge) => edge.target);
  const outgoing = groupBy(graph.edges, (edge) => edge.source);
  const nodes = new Map<string, ModelNode>();
  for (const node of graph.nodes) {
    const spec = findNode(node.type);
    if (spec === undefined || nodes.has(node.id)) continue;
    const into = incoming.get(node.id) ?? [];
    const out = outgoing.get(node.id) ?? [];
    nodes.set(node.id, modelNode(node, spec, into, out));
  }
  return { graph, nodes };
}

function modelNode(
  node: GraphNode,
  spec: NodeSpec,
  into: readonly GraphEdge[],
  out: readonly GraphEdge[],
): ModelNode {
  const pins = spec.pinsFor?.(node.data.properties) ?? spec;
  const inputs = new Map(pins.inputs.map((pin) => [pin.name, pin]));
  const outputs = new Map(pins.outputs.map((pin) => [pin.name, pin]));
  const hasExecWire =
    into.some((edge) => inputs.get(edge.targetHandle)?.type === 'exec') ||
    out.some((edge) => outputs.get(edge.sourceHandle)?.type === 'exec');
  return {
    id: node.id,
    node,
    spec,
    inputs,
    outputs,
    isPure: isPure(spec) || (spec.behaviour.kind === 'code' && !hasExecWire),
    isDisabled: node.data.disabled === true,
    wiresIn: groupBy(into, (edge) => edge.targetHandle),
    wiresOut: groupBy(out, (edge) => edge.sourceHandle),
  };
}

function groupBy(
  edges: readonly GraphEdge[],
  key: (edge: GraphEdge) => string,
): Map<string, GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(key(edge));
    if (group === undefined) groups.set(key(edge), [edge]);
    else group.push(edge);
  }
  return groups;
}

/** The nodes that the execution wires of `pin` lead to, in edge order. */
export function nextNodes(model: GraphModel, node: ModelNode, pin: string): ModelNode[] {
  return (node.wiresOut.get(pin) ?? [])
    .map((edge) => model.nodes.get(edge.target))
    .filter((target) => target !== undefined);
}

/** Names of a node's execution outputs, in the order of the declaration. */
export function execOutputs(node: ModelNode): string[] {
  return [...node.outputs.values()].filter((pin) => pin.type === 'exec').map((pin) => pin.name);
}

/** The execution outputs that can fire: of a node that is not executed only the one that execution takes. */
export function liveExecOutputs(node: ModelNode): string[] {
  if (node.frozen === undefined && !node.isDisabled) return execOutputs(node);
  const through = node.frozen === undefined ? passThroughOutput(node) : node.frozen.next;
  return through === undefined ? [] : [through];
}

/** Where execution goes on after a node that does nothing: past a loop, else its first execution output. */
export function passThroughOutput(node: ModelNode): string | undefined {
  const outputs = execOutputs(node);
  return outputs.includes('completed') ? 'completed' : outputs[0];
}

/** The node that feeds the data input `pin`, and its output; undefined when nothing valid does. */
export function sourceOf(
  model: GraphModel,
  node: ModelNode,
  pin: string,
): { readonly source: ModelNode; readonly output: PinSpec } | undefined {
  const edge = node.wiresIn.get(pin)?.[0];
  const source = edge === undefined ? undefined : model.nodes.get(edge.source);
  const output = edge === undefined ? undefined : source?.outputs.get(edge.sourceHandle);
  return source === undefined || output === undefined ? undefined : { source, output };
}

/** The data inputs of a node, in the order of the declaration. */
export function dataInputs(node: ModelNode): PinSpec[] {
  return [...node.inputs.values()].filter((pin) => pin.type !== 'exec');
}

/** Triggers that start runs: event nodes that are not disabled, in node order. */
export function entryTriggers(model: GraphModel): ModelNode[] {
  return [...model.nodes.values()].filter(
    (node) => node.spec.behaviour.kind === 'event' && !node.isDisabled,
  );
}
