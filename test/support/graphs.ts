interface Node {
  readonly id: string;
  readonly type: string;
  readonly data?: {
    readonly defaults?: Record<string, unknown>;
    readonly properties?: Record<string, unknown>;
  };
}

/** `node.pin -> node.pin`. */
type Wire = `${string}.${string} -> ${string}.${string}`;

/** Graph data as the editor would send it, from nodes and wires. */
export function graph(
  nodes: readonly Node[],
  wires: readonly Wire[],
  variables: readonly unknown[] = [],
) {
  return {
    nodes: nodes.map((node, index) => ({ position: { x: index * 200, y: 0 }, data: {}, ...node })),
    edges: wires.map((wire, index) => {
      const [from = '', to = ''] = wire.split(' -> ');
      const [source, sourceHandle] = split(from);
      const [target, targetHandle] = split(to);
      return { id: `e${index}`, source, sourceHandle, target, targetHandle };
    }),
    variables,
  };
}

/** Three nodes without outside effect: takes an event, reads a property of it, logs it. */
export const threeNodeGraph = graph(
  [
    { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
    { id: 'name', type: 'GetProperty', data: { defaults: { key: 'name' } } },
    { id: 'log', type: 'Log' },
  ],
  ['hook.exec -> log.exec', 'hook.body -> name.object', 'name.value -> log.message'],
);

/** Calls `url` so many times in a row, each step recorded before the next, and logs when it is done. */
export function callingGraph(url: string, calls: number) {
  const ids = Array.from({ length: calls }, (_, index) => `call_${index}`);
  return graph(
    [
      { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'immediate' } } },
      ...ids.map((id) => ({
        id,
        type: 'HttpRequest',
        data: { defaults: { url: `${url}/${id}`, method: 'POST' } },
      })),
      { id: 'done', type: 'Log', data: { defaults: { message: 'done' } } },
    ],
    ['hook', ...ids].map((id, index): Wire => `${id}.exec -> ${ids[index] ?? 'done'}.exec`),
  );
}

function split(end: string): [string, string] {
  const dot = end.lastIndexOf('.');
  return [end.slice(0, dot), end.slice(dot + 1)];
}
