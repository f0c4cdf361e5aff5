/** When a webhook's request is answered (E.3): at once, with the run's output, or by a Respond to Webhook node. */
export type ResponseMode = 'immediate' | 'last_node' | 'response_node';

const BY_NAME: ReadonlyMap<string, ResponseMode> = new Map([
  ['immediate', 'immediate'],
  ['lastnode', 'last_node'],
  ['responsenode', 'response_node'],
]);

/** Reads an On Webhook node's `responseMode`: `lastNode`, `last_node` and `Last Node` mean the same. */
export function parseResponseMode(property: unknown): ResponseMode | 'unset' | 'invalid' {
  if (property === undefined || property === null || property === '') return 'unset';
  if (typeof property !== 'string' || property.length > 32) return 'invalid';
  const name = property.toLowerCase().replaceAll(' ', '').replaceAll('_', '').replaceAll('-', '');
  return BY_NAME.get(name) ?? 'invalid';
}
