import { type GraphData, parseGraph } from '@runnel/definitions';
import { InvalidInputError } from '@runnel/errors';

/** What a new pattern starts with (contracts/automation.md A.8). */
export const EMPTY_GRAPH: unknown = { nodes: [], edges: [], variables: [] };

/**
 * A graph as a client sent it, checked in shape and size; it need not compile.
 * @throws InvalidInputError VALIDATION with the problems in details, PAYLOAD_TOO_LARGE beyond the limits of B.7
 */
export function readGraph(graphData: unknown): GraphData {
  const parsed = parseGraph(graphData);
  if (parsed.ok) return parsed.graph;
  const { problems, tooLarge } = parsed;
  const [first] = problems;
  const path = ['graphData', first?.path].filter(Boolean).join('.');
  throw new InvalidInputError(
    tooLarge ? 'PAYLOAD_TOO_LARGE' : 'VALIDATION',
    `${path} ${first?.message ?? 'is not a graph'}`,
    { field: 'graphData', problems },
  );
}

/** The ids of the On Webhook nodes: each has an endpoint, from the first save on. */
export function webhookNodeIds(graph: GraphData): readonly string[] {
  const ids = graph.nodes.filter((node) => node.type === 'OnWebhook').map((node) => node.id);
  return [...new Set(ids)];
}
