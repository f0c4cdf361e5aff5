import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

const PAIR = [
  { name: 'a', type: 'float' },
  { name: 'b', type: 'float' },
] as const;
const RESULT = { name: 'result', type: 'float' } as const;

export const MATH_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Add',
    label: 'Add',
    category: 'Math',
    description: 'Adds two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a + inputs.b,
  }),
  pureNode({
    id: 'Subtract',
    label: 'Subtract',
    category: 'Math',
    description: 'Takes the second number from the first.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a - inputs.b,
  }),
  pureNode({
    id: 'Multiply',
    label: 'Multiply',
    category: 'Math',
    description: 'Multiplies two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs) => inputs.a * inputs.b,
  }),
  pureNode({
    id: 'Divide',
    label: 'Divide',
    category: 'Math',
    description: 'Divides the first number by the second.',
    documentation: 'Division by zero is an error.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.b === 0) {
        throw rt.error('RangeError', 'Division by zero', nodeId, 'DIVISION_BY_ZERO');
      }
      return inputs.a / inputs.b;
    },
  }),
  pureNode({
    id: 'Random',
    label: 'Random',
    category: 'Math',
    description: 'A random number between two bounds.',
    documentation: 'Drawn anew each time it is read; recorded, so a resumed run sees it again.',
    effect: 'value',
    inputs: [
      { name: 'min', type: 'float', default: 0 },
      { name: 'max', type: 'float', default: 1 },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) =>
      inputs.min + rt.value(nodeId, 'random') * (inputs.max - inputs.min),
  }),
];
