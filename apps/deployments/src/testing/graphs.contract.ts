/** A graph with webhook nodes of the given ids, each followed by a Log. */
export function webhookGraph(nodeIds: readonly string[], extra: Record<string, unknown> = {}) {
  return {
    nodes: nodeIds.flatMap((id) => [
      { id, type: 'OnWebhook', position: { x: 0, y: 0 }, data: { properties: extra } },
      {
        id: `${id}_log`,
        type: 'Log',
        position: { x: 200, y: 0 },
        data: { defaults: { message: `from ${id}` } },
      },
    ]),
    edges: nodeIds.map((id) => ({
      id: `e_${id}`,
      source: id,
      sourceHandle: 'exec',
      target: `${id}_log`,
      targetHandle: 'exec',
    })),
    variables: [],
  };
}

/** A graph that is well-formed but does not compile: it has no trigger, and a node that does not exist. */
export const BROKEN_GRAPH = {
  nodes: [{ id: 'a', type: 'NoSuchNode', position: { x: 0, y: 0 }, data: {} }],
  edges: [],
  variables: [],
};

/** An error with that code, whatever its text. */
export function refusal(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}
