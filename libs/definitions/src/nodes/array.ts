import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';
import { ARRAY_EXPRESSION_NODES } from './array/expressions';
import { LIST_NODES } from './array/lists';

export const ARRAY_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'ArrayLength',
    label: 'Array Length',
    category: 'Array',
    description: 'How many items a list has.',
    documentation: 'null has none.',
    inputs: [{ name: 'array', type: 'array' }],
    output: { name: 'length', type: 'integer' },
    evaluate: (inputs) => (inputs.array === null ? 0 : inputs.array.length),
  }),
  pureNode({
    id: 'GetElement',
    label: 'Get Element',
    category: 'Array',
    description: 'One item of a list.',
    documentation: 'A negative index counts from the end; out of range is null.',
    inputs: [
      { name: 'array', type: 'array' },
      { name: 'index', type: 'integer' },
    ],
    output: { name: 'element', type: 'any' },
    evaluate: (inputs) => {
      if (inputs.array === null) return null;
      const index = inputs.index < 0 ? inputs.array.length + inputs.index : inputs.index;
      return index >= 0 && index < inputs.array.length ? (inputs.array[index] ?? null) : null;
    },
  }),
  ...LIST_NODES,
  ...ARRAY_EXPRESSION_NODES,
];
