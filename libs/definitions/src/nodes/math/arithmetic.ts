import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const PAIR = [
  { name: 'a', type: 'float' },
  { name: 'b', type: 'float' },
] as const;
const VALUE = [{ name: 'value', type: 'float' }] as const;
const RESULT = { name: 'result', type: 'float' } as const;

export const ARITHMETIC_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Add',
    label: 'Add',
    category: 'Math',
    description: 'Adds two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(inputs.a + inputs.b, nodeId),
  }),
  pureNode({
    id: 'Subtract',
    label: 'Subtract',
    category: 'Math',
    description: 'Takes the second number from the first.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(inputs.a - inputs.b, nodeId),
  }),
  pureNode({
    id: 'Multiply',
    label: 'Multiply',
    category: 'Math',
    description: 'Multiplies two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(inputs.a * inputs.b, nodeId),
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
      return rt.finite(inputs.a / inputs.b, nodeId);
    },
  }),
  pureNode({
    id: 'Modulo',
    label: 'Modulo',
    category: 'Math',
    description: 'What is left of the first number after dividing it by the second.',
    documentation: 'Has the sign of the first number. Division by zero is an error.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.b === 0) {
        throw rt.error('RangeError', 'Division by zero', nodeId, 'DIVISION_BY_ZERO');
      }
      return rt.finite(inputs.a % inputs.b, nodeId);
    },
  }),
  pureNode({
    id: 'Power',
    label: 'Power',
    category: 'Math',
    description: 'Raises a number to a power.',
    documentation: 'A result that is no number, such as a root of a negative one, is an error.',
    inputs: [
      { name: 'base', type: 'float' },
      { name: 'exponent', type: 'float' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(inputs.base ** inputs.exponent, nodeId),
  }),
  pureNode({
    id: 'AbsoluteValue',
    label: 'Absolute Value',
    category: 'Math',
    description: 'A number without its sign.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.abs(inputs.value), nodeId),
  }),
  pureNode({
    id: 'Sign',
    label: 'Sign',
    category: 'Math',
    description: '-1, 0 or 1, as a number is negative, zero or positive.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.sign(inputs.value), nodeId),
  }),
  pureNode({
    id: 'SquareRoot',
    label: 'Square Root',
    category: 'Math',
    description: 'The square root of a number.',
    documentation: 'The root of a negative number is an error.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.sqrt(inputs.value), nodeId),
  }),
  pureNode({
    id: 'Logarithm',
    label: 'Logarithm',
    category: 'Math',
    description: 'The power to which the base must be raised to give a number.',
    documentation:
      'The base is e unless it is given. A value or base of zero or less, or base 1, is an error.',
    inputs: [
      { name: 'value', type: 'float' },
      { name: 'base', type: 'float', default: Math.E },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.base === 10) return rt.finite(Math.log10(inputs.value), nodeId);
      if (inputs.base === 2) return rt.finite(Math.log2(inputs.value), nodeId);
      return rt.finite(Math.log(inputs.value) / Math.log(inputs.base), nodeId);
    },
  }),
];
