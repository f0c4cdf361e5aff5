import { completed } from '../define-node';
import type { Json } from '../json';
import type { NodeSpec } from '../node-spec';
import type { PinType } from '../pin-types';

const literal = (id: string, type: PinType, initial: Json, description: string): NodeSpec => ({
  ...completed({ id, label: id, category: 'Literals', description }),
  inputs: [],
  outputs: [{ name: 'value', type, default: initial }],
  behaviour: { kind: 'literal' },
  properties:
    type === 'null'
      ? []
      : [{ name: 'value', label: 'Value', type: 'json', description: `A ${type}.` }],
});

/** An absent `properties.value` means the output pin's default. */
export const LITERAL_NODES: readonly NodeSpec[] = [
  literal('String', 'string', '', 'A text.'),
  literal('Integer', 'integer', 0, 'A whole number.'),
  literal('Float', 'float', 0, 'A number.'),
  literal('Boolean', 'boolean', true, 'True or false.'),
  literal('Null', 'null', null, 'No value.'),
  literal('Array', 'array', [], 'A list.'),
  literal('Object', 'object', {}, 'An object.'),
  literal('DateTime', 'datetime', '1970-01-01T00:00:00.000Z', 'A point in time, as ISO 8601 text.'),
];
