import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';
import { ARITHMETIC_NODES } from './math/arithmetic';
import { RANGE_NODES } from './math/ranges';
import { ROUNDING_NODES } from './math/rounding';
import { TRIGONOMETRY_NODES } from './math/trigonometry';

/** Numbers in, one finite number out: a result that is none is an error (NOT_FINITE), because JSON would turn it into null. */
export const MATH_NODES: readonly NodeSpec[] = [
  ...ARITHMETIC_NODES,
  ...ROUNDING_NODES,
  ...RANGE_NODES,
  ...TRIGONOMETRY_NODES,
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
    output: { name: 'result', type: 'float' },
    evaluate: (inputs, rt, nodeId) =>
      rt.finite(inputs.min + rt.value(nodeId, 'random') * (inputs.max - inputs.min), nodeId),
  }),
];
