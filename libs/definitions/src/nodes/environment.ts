import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

/** What a pattern reads of the environment it is deployed to (contracts/automation.md E.6, F.4). */
export const ENVIRONMENT_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'GetEnvironment',
    label: 'Get Environment',
    category: 'Variables',
    description: 'Reads a variable of the environment the pattern is deployed to.',
    documentation:
      'A run keeps the values it began with, whatever is changed meanwhile. A name that the environment does not have raises.',
    inputs: [{ name: 'name', type: 'string', required: true }],
    output: { name: 'value', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.readEnvironment(inputs.name, nodeId),
  }),
  pureNode({
    id: 'GetSecret',
    label: 'Get Secret',
    category: 'Variables',
    description: 'Reads a secret of the environment the pattern is deployed to.',
    documentation:
      'The value is known inside the run only: in logs, traces, errors, outputs and answers it is masked as ***. ' +
      'A run that goes on after a pause reads the value of that time. A name that the environment does not have raises.',
    inputs: [{ name: 'name', type: 'string', required: true }],
    output: { name: 'value', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.readSecret(inputs.name, nodeId),
  }),
];
