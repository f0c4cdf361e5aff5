import { codeNodePins, codeNodeProblems } from '../code-node';
import { actionNode, completed, pureNode } from '../define-node';
import { EXEC } from '../pin';
import type { LogLevel } from '../node-runtime';
import type { NodeSpec } from '../node-spec';

export const UTILITY_NODES: readonly NodeSpec[] = [
  actionNode({
    id: 'Log',
    label: 'Log',
    category: 'Utility',
    description: 'Writes a line to the log of the run.',
    inputs: [
      { name: 'message', type: 'string', required: true },
      {
        name: 'level',
        type: 'enum',
        default: 'info',
        enumValues: ['debug', 'info', 'warn', 'error'],
      },
    ],
    outputs: [],
    perform: (inputs, rt, nodeId) => {
      rt.log(inputs.level as LogLevel, inputs.message, nodeId);
      return null;
    },
  }),
  pureNode({
    id: 'Uuid',
    label: 'UUID',
    category: 'Utility',
    description: 'A new unique id.',
    documentation: 'Recorded, so a resumed run sees the same id again.',
    effect: 'value',
    inputs: [],
    output: { name: 'value', type: 'string' },
    evaluate: (_inputs, rt, nodeId) => rt.value(nodeId, 'uuid'),
  }),
  {
    ...completed({
      id: 'Code',
      label: 'Code',
      category: 'Utility',
      description: 'Runs JavaScript of your own in the sandbox.',
      documentation:
        'source is the body of an async function that sees the inputs by name and returns an object with the outputs. ' +
        'It has no network, no files and no timers. Without an execution wire the node is evaluated when it is read.',
    }),
    inputs: [EXEC],
    outputs: [EXEC],
    behaviour: { kind: 'code' },
    properties: [
      {
        name: 'source',
        label: 'Source',
        type: 'code',
        description: 'Body of an async function.',
      },
      { name: 'inputs', label: 'Inputs', type: 'list', description: 'Names of the inputs.' },
      { name: 'outputs', label: 'Outputs', type: 'list', description: 'Names of the outputs.' },
    ],
    pinsFor: codeNodePins,
    propertyProblems: codeNodeProblems,
  },
  {
    ...completed({
      id: 'Comment',
      label: 'Comment',
      category: 'Utility',
      description: 'A note on the canvas; does nothing.',
    }),
    inputs: [],
    outputs: [],
    behaviour: { kind: 'comment' },
  },
];
