import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

const ANY_PAIR = [
  { name: 'a', type: 'any' },
  { name: 'b', type: 'any' },
] as const;
const NUMBER_PAIR = [
  { name: 'a', type: 'float' },
  { name: 'b', type: 'float' },
] as const;
const RESULT = { name: 'result', type: 'boolean' } as const;

export const COMPARISON_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Equal',
    label: 'Equal',
    category: 'Comparison',
    description: 'Whether two values are equal.',
    documentation: 'Objects and lists are compared by content; 1 and "1" are not equal.',
    inputs: ANY_PAIR,
    output: RESULT,
    evaluate: (inputs, rt) => rt.equal(inputs.a, inputs.b),
  }),
  pureNode({
    id: 'NotEqual',
    label: 'Not Equal',
    category: 'Comparison',
    description: 'Whether two values differ.',
    inputs: ANY_PAIR,
    output: RESULT,
    evaluate: (inputs, rt) => !rt.equal(inputs.a, inputs.b),
  }),
  pureNode({
    id: 'GreaterThan',
    label: 'Greater Than',
    category: 'Comparison',
    description: 'Whether the first number is greater than the second.',
    inputs: NUMBER_PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a > inputs.b,
  }),
  pureNode({
    id: 'LessThan',
    label: 'Less Than',
    category: 'Comparison',
    description: 'Whether the first number is less than the second.',
    inputs: NUMBER_PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a < inputs.b,
  }),
  pureNode({
    id: 'GreaterOrEqual',
    label: 'Greater or Equal',
    category: 'Comparison',
    description: 'Whether the first number is at least the second.',
    inputs: NUMBER_PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a >= inputs.b,
  }),
  pureNode({
    id: 'LessOrEqual',
    label: 'Less or Equal',
    category: 'Comparison',
    description: 'Whether the first number is at most the second.',
    inputs: NUMBER_PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a <= inputs.b,
  }),
  pureNode({
    id: 'IsNull',
    label: 'Is Null',
    category: 'Comparison',
    description: 'Whether there is no value.',
    inputs: [{ name: 'value', type: 'any' }],
    output: RESULT,
    evaluate: (inputs) => inputs.value === null,
  }),
  pureNode({
    id: 'InRange',
    label: 'In Range',
    category: 'Comparison',
    description: 'Whether a number lies between two bounds, bounds included.',
    inputs: [
      { name: 'value', type: 'float' },
      { name: 'min', type: 'float' },
      { name: 'max', type: 'float' },
    ],
    output: RESULT,
    evaluate: (inputs) => inputs.value >= inputs.min && inputs.value <= inputs.max,
  }),
  pureNode({
    id: 'IsType',
    label: 'Is Type',
    category: 'Comparison',
    description: 'Whether a value is of a type.',
    documentation: 'Every whole number is an integer and a float; other numbers are floats only.',
    inputs: [
      { name: 'value', type: 'any' },
      {
        name: 'type',
        type: 'enum',
        default: 'string',
        enumValues: ['null', 'boolean', 'integer', 'float', 'string', 'array', 'object'],
      },
    ],
    output: RESULT,
    evaluate: (inputs, rt) => {
      const actual = rt.typeName(inputs.value);
      return actual === inputs.type || (actual === 'integer' && inputs.type === 'float');
    },
  }),
  pureNode({
    id: 'IsEmpty',
    label: 'Is Empty',
    category: 'Comparison',
    description: 'Whether a value is null, an empty text, an empty list or an empty object.',
    inputs: [{ name: 'value', type: 'any' }],
    output: RESULT,
    evaluate: (inputs) => {
      const { value } = inputs;
      if (value === null || value === '') return true;
      return typeof value === 'object' && Object.keys(value).length === 0;
    },
  }),
];
