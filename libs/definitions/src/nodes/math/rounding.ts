import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const VALUE = [{ name: 'value', type: 'float' }] as const;
const RESULT = { name: 'result', type: 'float' } as const;

export const ROUNDING_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Round',
    label: 'Round',
    category: 'Math',
    description: 'Rounds a number to some decimals.',
    documentation:
      'Halves go away from zero, by the decimal digits of the number: 1.005 to 2 decimals is 1.01. ' +
      'Negative decimals round to tens, hundreds and so on; between -300 and 100.',
    inputs: [
      { name: 'value', type: 'float', required: true },
      { name: 'decimals', type: 'integer', default: 0 },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.round(inputs.value, inputs.decimals, nodeId),
  }),
  pureNode({
    id: 'Floor',
    label: 'Floor',
    category: 'Math',
    description: 'The largest whole number that is not greater.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.floor(inputs.value) + 0, nodeId),
  }),
  pureNode({
    id: 'Ceiling',
    label: 'Ceiling',
    category: 'Math',
    description: 'The smallest whole number that is not less.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.ceil(inputs.value) + 0, nodeId),
  }),
  pureNode({
    id: 'Truncate',
    label: 'Truncate',
    category: 'Math',
    description: 'A number without its decimals.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.trunc(inputs.value) + 0, nodeId),
  }),
];
