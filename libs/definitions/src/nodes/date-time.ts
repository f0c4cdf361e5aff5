import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

export const DATE_TIME_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Now',
    label: 'Now',
    category: 'Date/Time',
    description: 'The current time.',
    documentation: 'UTC, milliseconds. Recorded, so a resumed run sees the same time again.',
    effect: 'value',
    inputs: [],
    output: { name: 'value', type: 'datetime' },
    evaluate: (_inputs, rt, nodeId) => new Date(rt.value(nodeId, 'now')).toISOString(),
  }),
];
