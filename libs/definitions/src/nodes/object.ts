import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

export const OBJECT_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'GetProperty',
    label: 'Get Property',
    category: 'Object/Map',
    description: 'Reads a value out of an object or list.',
    documentation:
      'key is a path such as user.tags.0. A missing value gives default; only own data can be read.',
    inputs: [
      { name: 'object', type: 'any', required: true },
      { name: 'key', type: 'string', required: true },
      { name: 'default', type: 'any' },
    ],
    output: { name: 'value', type: 'any' },
    evaluate: (inputs, rt) => {
      const value = rt.readPath(inputs.object, inputs.key);
      return value === undefined ? inputs.default : value;
    },
  }),
  pureNode({
    id: 'SetProperty',
    label: 'Set Property',
    category: 'Object/Map',
    description: 'A copy of an object with one value replaced.',
    documentation: 'key is a path such as user.tags.0; missing objects on the way are made.',
    inputs: [
      { name: 'object', type: 'object', default: {} },
      { name: 'key', type: 'string', required: true },
      { name: 'value', type: 'any' },
    ],
    output: { name: 'object', type: 'object' },
    evaluate: (inputs, rt, nodeId) => {
      const target = inputs.object === null ? {} : inputs.object;
      return rt.writePath(target, inputs.key, inputs.value, nodeId) as typeof target;
    },
  }),
];
