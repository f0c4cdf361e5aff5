import { completed, pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

const BOOLEAN_PAIR = [
  { name: 'a', type: 'boolean' },
  { name: 'b', type: 'boolean' },
] as const;

export const LOGICAL_NODES: readonly NodeSpec[] = [
  {
    ...completed({
      id: 'And',
      label: 'And',
      category: 'Logical',
      description: 'Whether both conditions are true; the second is read only if the first is.',
    }),
    inputs: BOOLEAN_PAIR,
    outputs: [{ name: 'result', type: 'boolean' }],
    behaviour: { kind: 'lazy', operator: 'and' },
  },
  {
    ...completed({
      id: 'Or',
      label: 'Or',
      category: 'Logical',
      description: 'Whether a condition is true; the second is read only if the first is not.',
    }),
    inputs: BOOLEAN_PAIR,
    outputs: [{ name: 'result', type: 'boolean' }],
    behaviour: { kind: 'lazy', operator: 'or' },
  },
  pureNode({
    id: 'Not',
    label: 'Not',
    category: 'Logical',
    description: 'The opposite of a condition.',
    inputs: [{ name: 'value', type: 'boolean' }],
    output: { name: 'result', type: 'boolean' },
    evaluate: (inputs) => !inputs.value,
  }),
  {
    ...completed({
      id: 'Select',
      label: 'Select',
      category: 'Logical',
      description: 'One of two values, by a condition; only the chosen one is read.',
    }),
    inputs: [
      { name: 'condition', type: 'boolean' },
      { name: 'ifTrue', type: 'any' },
      { name: 'ifFalse', type: 'any' },
    ],
    outputs: [{ name: 'result', type: 'any' }],
    behaviour: { kind: 'lazy', operator: 'select' },
  },
  {
    ...completed({
      id: 'Coalesce',
      label: 'Coalesce',
      category: 'Logical',
      description: 'The first value unless it is null, else the second.',
    }),
    inputs: [
      { name: 'a', type: 'any' },
      { name: 'b', type: 'any' },
    ],
    outputs: [{ name: 'result', type: 'any' }],
    behaviour: { kind: 'lazy', operator: 'coalesce' },
  },
];
