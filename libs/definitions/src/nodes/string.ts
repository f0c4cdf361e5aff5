import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';
import { TEXT_CHANGE_NODES } from './string/changes';
import { TEXT_PART_NODES } from './string/parts';
import { REGEX_NODES } from './string/regex';

export const STRING_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Concat',
    label: 'Concat',
    category: 'String',
    description: 'Joins two texts.',
    inputs: [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string' },
    ],
    output: { name: 'result', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.bounded(inputs.a + inputs.b, nodeId),
  }),
  pureNode({
    id: 'Split',
    label: 'Split',
    category: 'String',
    description: 'Cuts a text into a list at each separator.',
    documentation: 'An empty separator cuts between all characters. At most 1,000,000 parts.',
    inputs: [
      { name: 'value', type: 'string' },
      { name: 'separator', type: 'string' },
    ],
    output: { name: 'result', type: 'array' },
    evaluate: (inputs, rt, nodeId) =>
      rt.bounded(inputs.value.split(inputs.separator, 1000001), nodeId),
  }),
  pureNode({
    id: 'Format',
    label: 'Format',
    category: 'String',
    description: 'Fills the placeholders of a template.',
    documentation:
      '{name} and {a.b.0} are read from values; {{ and }} stand for braces. A missing value is empty and logged as a warning. At most 1 MiB.',
    inputs: [
      { name: 'template', type: 'string', required: true },
      { name: 'values', type: 'object', default: {} },
    ],
    output: { name: 'result', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.format(inputs.template, inputs.values, nodeId),
  }),
  ...TEXT_PART_NODES,
  ...TEXT_CHANGE_NODES,
  ...REGEX_NODES,
];
