import { codeNodePins, codeNodeProblems } from '../code-node';
import { actionNode, completed, pureNode } from '../define-node';
import { expressionPins, expressionProblems } from '../expression-node';
import { EXEC } from '../pin';
import type { LogLevel } from '../node-runtime';
import type { NodeSpec } from '../node-spec';

const ALGORITHM = {
  name: 'algorithm',
  type: 'enum',
  default: 'sha256',
  enumValues: ['md5', 'sha1', 'sha256', 'sha384', 'sha512'],
} as const;
const ENCODING = {
  name: 'encoding',
  type: 'enum',
  default: 'hex',
  enumValues: ['hex', 'base64', 'base64url'],
} as const;

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
      id: 'Expression',
      label: 'Expression',
      category: 'Utility',
      description: 'Works out an expression such as a.total * 1.19 + (b ?? 0).',
      documentation:
        'The inputs are a to z, or those that the property inputs names. Operators, by rank: ?: ?? || && == != < <= > >= + - * / % ** ! - and .name [index] ' +
        '(?. is the same as .); literals, [lists] and {objects}. Functions: len lower upper trim contains split join round floor ceil abs min max ' +
        'keys values now int float str bool json, and filter map find reduce, which take a function as in filter(a, x => x.price > 10) and reduce(a, (sum, x) => ' +
        'sum + x, 0). + joins when one side is a text. A missing property is null; __proto__, prototype and constructor are errors. At most ' +
        '10,000 parts, 100 levels, 20 of them functions.',
      effect: 'value',
    }),
    inputs: [
      { name: 'a', type: 'any', variadic: true },
      { name: 'b', type: 'any', variadic: true },
    ],
    outputs: [{ name: 'result', type: 'any' }],
    behaviour: { kind: 'expression' },
    properties: [
      {
        name: 'expression',
        label: 'Expression',
        type: 'string',
        description: 'What to work out.',
      },
      { name: 'inputs', label: 'Inputs', type: 'list', description: 'Names of the inputs.' },
    ],
    pinsFor: expressionPins,
    propertyProblems: expressionProblems,
    expression: { property: 'expression' },
  },
  pureNode({
    id: 'TypeOf',
    label: 'Type Of',
    category: 'Utility',
    description: 'The type of a value: null, boolean, integer, float, string, array or object.',
    inputs: [{ name: 'value', type: 'any' }],
    output: { name: 'type', type: 'string' },
    evaluate: (inputs, rt) => rt.typeName(inputs.value),
  }),
  pureNode({
    id: 'ToString',
    label: 'To String',
    category: 'Utility',
    description: 'Any value as text.',
    documentation: 'null is empty, objects and lists are JSON.',
    inputs: [{ name: 'value', type: 'any' }],
    output: { name: 'text', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.bounded(rt.text(inputs.value), nodeId),
  }),
  pureNode({
    id: 'ToNumber',
    label: 'To Number',
    category: 'Utility',
    description: 'A value as a number.',
    documentation:
      'Decimal text is read, true is 1, false and null are 0; anything else is an error.',
    inputs: [{ name: 'value', type: 'any' }],
    output: { name: 'number', type: 'float' },
    evaluate: (inputs, rt, nodeId) => rt.convert('float', inputs.value, nodeId, 'value'),
  }),
  pureNode({
    id: 'Hash',
    label: 'Hash',
    category: 'Utility',
    description: 'The hash of the UTF-8 bytes of a text.',
    documentation:
      'md5 and sha1 are there for other systems that ask for them; they protect nothing.',
    inputs: [{ name: 'text', type: 'string', required: true }, ALGORITHM, ENCODING],
    output: { name: 'hash', type: 'string' },
    evaluate: (inputs, rt, nodeId) => rt.text(rt.compute('hash', inputs, nodeId)),
  }),
  pureNode({
    id: 'Hmac',
    label: 'HMAC',
    category: 'Utility',
    description: 'The keyed hash of the UTF-8 bytes of a text, as signatures use it.',
    documentation: 'The key is a text, too; an empty one is an error.',
    inputs: [
      { name: 'text', type: 'string', required: true },
      { name: 'key', type: 'string', required: true },
      ALGORITHM,
      ENCODING,
    ],
    output: { name: 'hash', type: 'string' },
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.key === '') throw rt.error('TypeError', 'The key is empty', nodeId, 'EMPTY_KEY');
      return rt.text(rt.compute('hmac', inputs, nodeId));
    },
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
