import { actionNode, pureNode } from '../define-node';
import type { Json } from '../json';
import type { NodeSpec } from '../node-spec';

export const VARIABLE_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'GetVariable',
    label: 'Get Variable',
    category: 'Variables',
    description: 'Reads a variable of the pattern.',
    inputs: [{ name: 'name', type: 'string', required: true }],
    output: { name: 'value', type: 'any' },
    variableInput: 'name',
    evaluate: (inputs, rt, nodeId) => rt.readVariable(inputs.name, nodeId),
  }),
  actionNode({
    id: 'SetVariable',
    label: 'Set Variable',
    category: 'Variables',
    description: 'Changes a variable of the pattern, for the rest of this run.',
    documentation: "The value is converted to the variable's type.",
    inputs: [
      { name: 'name', type: 'string', required: true },
      { name: 'value', type: 'any' },
    ],
    outputs: [],
    variableInput: 'name',
    perform: (inputs, rt, nodeId) => {
      rt.writeVariable(inputs.name, inputs.value, nodeId);
      return null;
    },
  }),
  actionNode({
    id: 'IncrementVariable',
    label: 'Increment Variable',
    category: 'Variables',
    description: 'Adds to a number in a variable of the pattern.',
    documentation: "The sum is converted to the variable's type; an integer drops its decimals.",
    inputs: [
      { name: 'name', type: 'string', required: true },
      { name: 'amount', type: 'float', default: 1 },
    ],
    outputs: [{ name: 'newValue', type: 'float' }],
    variableInput: 'name',
    perform: (inputs, rt, nodeId) => {
      const before = rt.convert('float', rt.readVariable(inputs.name, nodeId), nodeId, 'name');
      rt.writeVariable(inputs.name, rt.finite(before + inputs.amount, nodeId), nodeId);
      const after = rt.readVariable(inputs.name, nodeId);
      return { newValue: rt.convert('float', after, nodeId, 'name') };
    },
  }),
  actionNode({
    id: 'AppendToArray',
    label: 'Append to Array',
    category: 'Variables',
    description: 'Adds an item to the end of a list in a variable of the pattern.',
    documentation: 'At most 1,000,000 items. A variable that holds no list is an error.',
    inputs: [
      { name: 'name', type: 'string', required: true },
      { name: 'item', type: 'any' },
    ],
    outputs: [],
    variableInput: 'name',
    perform: (inputs, rt, nodeId) => {
      const before = rt.readVariable(inputs.name, nodeId);
      if (!Array.isArray(before)) {
        const message = `Variable '${inputs.name}' holds ${rt.typeName(before)} and no list`;
        throw rt.error('TypeError', message, nodeId, 'COERCION_FAILED');
      }
      const list = before as readonly Json[];
      rt.writeVariable(inputs.name, rt.bounded([...list, inputs.item], nodeId), nodeId);
      return null;
    },
  }),
  actionNode({
    id: 'AppendToString',
    label: 'Append to String',
    category: 'Variables',
    description: 'Adds to the end of a text in a variable of the pattern.',
    documentation: 'A variable that holds no text is an error.',
    inputs: [
      { name: 'name', type: 'string', required: true },
      { name: 'text', type: 'string' },
    ],
    outputs: [],
    variableInput: 'name',
    perform: (inputs, rt, nodeId) => {
      const before = rt.readVariable(inputs.name, nodeId);
      if (typeof before !== 'string') {
        const message = `Variable '${inputs.name}' holds ${rt.typeName(before)} and no text`;
        throw rt.error('TypeError', message, nodeId, 'COERCION_FAILED');
      }
      rt.writeVariable(inputs.name, rt.bounded(before + inputs.text, nodeId), nodeId);
      return null;
    },
  }),
];
