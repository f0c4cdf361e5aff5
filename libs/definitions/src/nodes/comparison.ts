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
];
