import { actionNode, pureNode } from '../define-node';
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
];
