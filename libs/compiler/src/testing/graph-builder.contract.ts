import { parseGraph } from '@runnel/definitions';
import type { GraphData, Json, JsonObject } from '@runnel/definitions';

export interface TestNode {
  readonly type: string;
  /** Inline values by pin. */
  readonly with?: JsonObject;
  readonly properties?: JsonObject;
  readonly label?: string;
  readonly disabled?: boolean;
}

/**
 * A graph in few words: nodes by id; wires as `'a.exec -> b.exec'` (`'a -> b'` for two exec pins); variables as
 * `{name: [type, default]}`.
 */
export function graphOf(
  nodes: Readonly<Record<string, TestNode | string>>,
  wires: readonly string[] = [],
  variables: Readonly<Record<string, readonly [type: string, initial?: Json]>> = {},
): GraphData {
  const parsed = parseGraph({
    nodes: Object.entries(nodes).map(([id, node]) => nodeOf(id, node)),
    edges: wires.map((wire, i) => ({ id: `e${i}`, ...edgeOf(wire) })),
    variables: Object.entries(variables).map(([name, [type, defaultValue]]) =>
      defaultValue === undefined ? { name, type } : { name, type, defaultValue },
    ),
  });
  if (!parsed.ok) throw new Error(`The graph of the test is malformed: ${JSON.stringify(parsed)}`);
  return parsed.graph;
}

function nodeOf(id: string, node: TestNode | string) {
  const { type, with: defaults, ...data } = typeof node === 'string' ? { type: node } : node;
  return { id, type, position: { x: 0, y: 0 }, data: { ...data, defaults: defaults ?? {} } };
}

function edgeOf(wire: string) {
  const [from = '', to = ''] = wire.split(' -> ');
  const [source, sourceHandle = 'exec'] = from.split('.');
  const [target, targetHandle = 'exec'] = to.split('.');
  return { source, sourceHandle, target, targetHandle };
}
