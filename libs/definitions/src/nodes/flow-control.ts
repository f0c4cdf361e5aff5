import { actionNode, flowNode, stepNode } from '../define-node';
import { EXEC } from '../pin';
import type { PinSpec } from '../pin';
import type { NodeSpec } from '../node-spec';
import { declaredPins, declaredPinProblems } from '../declared-pins';
import { switchCases, switchCaseProblems } from '../switch-cases';

/** Most chains of one Sequence. */
const MAX_CHAINS = 100;

const exec = (name: string): PinSpec => ({ name, type: 'exec' });
const CHAINS = Array.from({ length: MAX_CHAINS }, (_, i) => exec(`then${i}`));

export const FLOW_CONTROL_NODES: readonly NodeSpec[] = [
  flowNode({
    id: 'Branch',
    label: 'Branch',
    category: 'Flow Control',
    construct: 'branch',
    description: 'Goes one of two ways, by a condition.',
    inputs: [EXEC, { name: 'condition', type: 'boolean', required: true }],
    outputs: [exec('true'), exec('false')],
  }),
  flowNode({
    id: 'Switch',
    label: 'Switch',
    category: 'Flow Control',
    construct: 'switch',
    description: 'Goes the way of the first case that equals the value, else default.',
    documentation:
      'The value is converted to the type of each case before it is compared; a value that cannot be converted does not match.',
    inputs: [EXEC, { name: 'value', type: 'any', required: true }],
    outputs: [exec('case0'), exec('case1'), { ...exec('case2'), variadic: true }, exec('default')],
    properties: [
      {
        name: 'cases',
        label: 'Cases',
        type: 'list',
        description: 'Texts, numbers, booleans or null; case0 is the first.',
      },
    ],
    propertyProblems: switchCaseProblems,
    pinsFor: (properties) => ({
      inputs: [EXEC, { name: 'value', type: 'any', required: true }],
      outputs: [...switchCases(properties).map((_, i) => exec(`case${i}`)), exec('default')],
    }),
  }),
  flowNode({
    id: 'Sequence',
    label: 'Sequence',
    category: 'Flow Control',
    construct: 'sequence',
    description: 'Runs several chains one after the other.',
    documentation: 'Each chain runs to its end before the next begins; then0 to then99.',
    inputs: [EXEC],
    outputs: [exec('then0'), { ...exec('then1'), variadic: true }],
    pinsFor: () => ({ inputs: [EXEC], outputs: CHAINS }),
  }),
  flowNode({
    id: 'ForEach',
    label: 'For Each',
    category: 'Flow Control',
    construct: 'for-each',
    description: 'Runs its body once for each item of a list.',
    documentation: 'The list is the one at the start; null is an empty list. index counts from 0.',
    inputs: [EXEC, { name: 'collection', type: 'array', required: true }],
    outputs: [
      exec('body'),
      exec('completed'),
      { name: 'item', type: 'any' },
      { name: 'index', type: 'integer' },
    ],
  }),
  flowNode({
    id: 'ForRange',
    label: 'For Range',
    category: 'Flow Control',
    construct: 'for-range',
    description: 'Runs its body once for each number from start to end.',
    documentation: 'The end is not reached; a negative step counts down; a step of 0 is an error.',
    inputs: [
      EXEC,
      { name: 'start', type: 'integer', default: 0 },
      { name: 'end', type: 'integer', required: true },
      { name: 'step', type: 'integer', default: 1 },
    ],
    outputs: [exec('body'), exec('completed'), { name: 'index', type: 'integer' }],
  }),
  flowNode({
    id: 'While',
    label: 'While',
    category: 'Flow Control',
    construct: 'while',
    description: 'Runs its body as long as a condition is true.',
    documentation: 'The condition is read again before each turn.',
    inputs: [EXEC, { name: 'condition', type: 'boolean', required: true }],
    outputs: [exec('body'), exec('completed')],
  }),
  flowNode({
    id: 'Break',
    label: 'Break',
    category: 'Flow Control',
    construct: 'break',
    description: 'Leaves the innermost loop.',
    inputs: [EXEC],
    outputs: [],
  }),
  flowNode({
    id: 'Continue',
    label: 'Continue',
    category: 'Flow Control',
    construct: 'continue',
    description: 'Goes on with the next turn of the innermost loop.',
    inputs: [EXEC],
    outputs: [],
  }),
  flowNode({
    id: 'TryCatch',
    label: 'Try / Catch',
    category: 'Flow Control',
    construct: 'try-catch',
    description: 'Runs a chain and handles its errors.',
    documentation:
      'finally always runs; an error in catch goes on after finally. The limits of a run (time, memory, steps) cannot be caught.',
    inputs: [EXEC],
    outputs: [exec('try'), exec('catch'), exec('finally'), { name: 'error', type: 'object' }],
  }),
  flowNode({
    id: 'ThrowError',
    label: 'Throw Error',
    category: 'Flow Control',
    construct: 'throw',
    description: 'Raises an error.',
    inputs: [
      EXEC,
      { name: 'message', type: 'string', required: true },
      { name: 'type', type: 'string', default: 'Error' },
    ],
    outputs: [],
  }),
  stepNode({
    id: 'Delay',
    label: 'Delay',
    category: 'Flow Control',
    description: 'Waits.',
    documentation: 'At most 3,600 seconds. A long wait frees the executor and survives a crash.',
    inputs: [{ name: 'seconds', type: 'float', default: 1 }],
    outputs: [],
    prepare: (inputs, rt, nodeId) => {
      if (inputs.seconds >= 0 && inputs.seconds <= 3600) return inputs;
      const message = `Delay must be between 0 and 3600 seconds but is ${inputs.seconds}`;
      throw rt.error('RangeError', message, nodeId, 'DELAY_OUT_OF_RANGE');
    },
  }),
  actionNode({
    id: 'RespondWith',
    label: 'Respond With',
    category: 'Flow Control',
    description: 'Sets the output of the run.',
    documentation:
      'The output is an object with one entry per declared output, or with the entry value where none is declared.',
    inputs: [{ name: 'value', type: 'any' }],
    outputs: [],
    endsChain: true,
    properties: [
      { name: 'outputs', label: 'Outputs', type: 'list', description: 'List of {name, type}.' },
    ],
    propertyProblems: (properties) => declaredPinProblems(properties['outputs']),
    pinsFor: (properties) => {
      const declared = declaredPins(properties['outputs']);
      const inputs = declared.length === 0 ? [{ name: 'value', type: 'any' } as const] : declared;
      return { inputs: [EXEC, ...inputs], outputs: [] };
    },
    perform: (inputs, rt) => {
      rt.respondWith(inputs);
      return null;
    },
  }),
];
