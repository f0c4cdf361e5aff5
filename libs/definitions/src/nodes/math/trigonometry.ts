import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const RADIANS = [{ name: 'value', type: 'float', label: 'Radians' }] as const;
const RESULT = { name: 'result', type: 'float' } as const;

export const TRIGONOMETRY_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Sine',
    label: 'Sine',
    category: 'Math',
    description: 'The sine of an angle in radians.',
    inputs: RADIANS,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.sin(inputs.value), nodeId),
  }),
  pureNode({
    id: 'Cosine',
    label: 'Cosine',
    category: 'Math',
    description: 'The cosine of an angle in radians.',
    inputs: RADIANS,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.cos(inputs.value), nodeId),
  }),
  pureNode({
    id: 'Tangent',
    label: 'Tangent',
    category: 'Math',
    description: 'The tangent of an angle in radians.',
    inputs: RADIANS,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.finite(Math.tan(inputs.value), nodeId),
  }),
];
