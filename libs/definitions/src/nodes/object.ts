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
  pureNode({
    id: 'Merge',
    label: 'Merge',
    category: 'Object/Map',
    description: 'The properties of two objects; where both have one, that of the second.',
    documentation: 'Not deep: an inner object is replaced as a whole.',
    inputs: [
      { name: 'a', type: 'object' },
      { name: 'b', type: 'object' },
    ],
    output: { name: 'result', type: 'object' },
    evaluate: (inputs) => ({ ...inputs.a, ...inputs.b }),
  }),
  pureNode({
    id: 'Keys',
    label: 'Keys',
    category: 'Object/Map',
    description: 'The names of the properties of an object.',
    inputs: [{ name: 'object', type: 'object' }],
    output: { name: 'keys', type: 'array' },
    evaluate: (inputs) => (inputs.object === null ? [] : Object.keys(inputs.object)),
  }),
  pureNode({
    id: 'Values',
    label: 'Values',
    category: 'Object/Map',
    description: 'The values of the properties of an object.',
    inputs: [{ name: 'object', type: 'object' }],
    output: { name: 'values', type: 'array' },
    evaluate: (inputs) => (inputs.object === null ? [] : Object.values(inputs.object)),
  }),
  pureNode({
    id: 'HasKey',
    label: 'Has Key',
    category: 'Object/Map',
    description: 'Whether an object has a property.',
    documentation: 'key is a name and no path. A property that holds null counts.',
    inputs: [
      { name: 'object', type: 'object' },
      { name: 'key', type: 'string', required: true },
    ],
    output: { name: 'result', type: 'boolean' },
    evaluate: (inputs) => inputs.object !== null && Object.hasOwn(inputs.object, inputs.key),
  }),
  pureNode({
    id: 'DeleteKey',
    label: 'Delete Key',
    category: 'Object/Map',
    description: 'A copy of an object without one property.',
    documentation: 'key is a name and no path.',
    inputs: [
      { name: 'object', type: 'object' },
      { name: 'key', type: 'string', required: true },
    ],
    output: { name: 'object', type: 'object' },
    evaluate: (inputs) => {
      const entries = Object.entries(inputs.object === null ? {} : inputs.object);
      return Object.fromEntries(entries.filter(([key]) => key !== inputs.key));
    },
  }),
  pureNode({
    id: 'Pick',
    label: 'Pick',
    category: 'Object/Map',
    description: 'A copy of an object with only some of its properties.',
    documentation: 'keys is a list of names; those that the object lacks are left out.',
    inputs: [
      { name: 'object', type: 'object' },
      { name: 'keys', type: 'array' },
    ],
    output: { name: 'result', type: 'object' },
    evaluate: (inputs, rt) => {
      const names = new Set((inputs.keys === null ? [] : inputs.keys).map((key) => rt.text(key)));
      const entries = Object.entries(inputs.object === null ? {} : inputs.object);
      return Object.fromEntries(entries.filter(([key]) => names.has(key)));
    },
  }),
  pureNode({
    id: 'Omit',
    label: 'Omit',
    category: 'Object/Map',
    description: 'A copy of an object without some of its properties.',
    documentation: 'keys is a list of names.',
    inputs: [
      { name: 'object', type: 'object' },
      { name: 'keys', type: 'array' },
    ],
    output: { name: 'result', type: 'object' },
    evaluate: (inputs, rt) => {
      const names = new Set((inputs.keys === null ? [] : inputs.keys).map((key) => rt.text(key)));
      const entries = Object.entries(inputs.object === null ? {} : inputs.object);
      return Object.fromEntries(entries.filter(([key]) => !names.has(key)));
    },
  }),
];
