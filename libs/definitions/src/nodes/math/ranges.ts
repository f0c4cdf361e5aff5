import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const PAIR = [
  { name: 'a', type: 'float' },
  { name: 'b', type: 'float' },
] as const;
const RESULT = { name: 'result', type: 'float' } as const;

export const RANGE_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Min',
    label: 'Min',
    category: 'Math',
    description: 'The smaller of two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.min(inputs.a, inputs.b), nodeId),
  }),
  pureNode({
    id: 'Max',
    label: 'Max',
    category: 'Math',
    description: 'The greater of two numbers.',
    inputs: PAIR,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.max(inputs.a, inputs.b), nodeId),
  }),
  pureNode({
    id: 'Clamp',
    label: 'Clamp',
    category: 'Math',
    description: 'The number nearest to a value within two bounds.',
    documentation: 'A lower bound above the upper one is an error.',
    inputs: [
      { name: 'value', type: 'float' },
      { name: 'min', type: 'float' },
      { name: 'max', type: 'float' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      const { value, min, max } = inputs;
      if (min > max) {
        const message = `The lower bound ${min} is above the upper bound ${max}`;
        throw rt.error('RangeError', message, nodeId, 'OUT_OF_RANGE');
      }
      return rt.finite(Math.min(Math.max(value, min), max), nodeId);
    },
  }),
  pureNode({
    id: 'Lerp',
    label: 'Lerp',
    category: 'Math',
    description: 'A number on the way from one to another.',
    documentation: 'alpha 0 is a, alpha 1 is b; other values go beyond them.',
    inputs: [...PAIR, { name: 'alpha', type: 'float' }],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) =>
      rt.finite(inputs.a * (1 - inputs.alpha) + inputs.b * inputs.alpha, nodeId),
  }),
  pureNode({
    id: 'MapRange',
    label: 'Map Range',
    category: 'Math',
    description: 'Carries a number from one range over to another.',
    documentation:
      'Values outside of the first range end outside of the second. An empty first range is an error.',
    inputs: [
      { name: 'value', type: 'float' },
      { name: 'inMin', type: 'float', default: 0 },
      { name: 'inMax', type: 'float', default: 1 },
      { name: 'outMin', type: 'float', default: 0 },
      { name: 'outMax', type: 'float', default: 1 },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      const { value, inMin, inMax, outMin, outMax } = inputs;
      if (inMin === inMax) {
        throw rt.error('RangeError', 'The range to map from is empty', nodeId, 'DIVISION_BY_ZERO');
      }
      const part = (value - inMin) / (inMax - inMin);
      return rt.finite(outMin + part * (outMax - outMin), nodeId);
    },
  }),
];
