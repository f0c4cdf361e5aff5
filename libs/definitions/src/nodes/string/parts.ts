import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const VALUE = [{ name: 'value', type: 'string' }] as const;
const VALUE_AND_SEARCH = [
  { name: 'value', type: 'string' },
  { name: 'search', type: 'string' },
] as const;
const TEXT = { name: 'result', type: 'string' } as const;
const ANSWER = { name: 'result', type: 'boolean' } as const;

export const TEXT_PART_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'StringLength',
    label: 'String Length',
    category: 'String',
    description: 'How many characters a text has.',
    documentation: 'Counted in UTF-16 code units: most emoji count as two.',
    inputs: VALUE,
    output: { name: 'length', type: 'integer' },
    evaluate: (inputs) => inputs.value.length,
  }),
  pureNode({
    id: 'Substring',
    label: 'Substring',
    category: 'String',
    description: 'A part of a text.',
    documentation:
      'start counts from 0, a negative one from the end. Without length, or with a negative one, the rest of the text.',
    inputs: [
      { name: 'value', type: 'string' },
      { name: 'start', type: 'integer', default: 0 },
      { name: 'length', type: 'integer', default: -1 },
    ],
    output: TEXT,
    evaluate: (inputs) => {
      const { value, length } = inputs;
      const start = inputs.start < 0 ? Math.max(0, value.length + inputs.start) : inputs.start;
      return value.slice(start, length < 0 ? value.length : start + length);
    },
  }),
  pureNode({
    id: 'Contains',
    label: 'Contains',
    category: 'String',
    description: 'Whether a text holds another one.',
    documentation: 'Upper and lower case differ. Every text holds the empty one.',
    inputs: VALUE_AND_SEARCH,
    output: ANSWER,
    evaluate: (inputs) => inputs.value.includes(inputs.search),
  }),
  pureNode({
    id: 'StartsWith',
    label: 'Starts With',
    category: 'String',
    description: 'Whether a text starts with another one.',
    inputs: VALUE_AND_SEARCH,
    output: ANSWER,
    evaluate: (inputs) => inputs.value.startsWith(inputs.search),
  }),
  pureNode({
    id: 'EndsWith',
    label: 'Ends With',
    category: 'String',
    description: 'Whether a text ends with another one.',
    inputs: VALUE_AND_SEARCH,
    output: ANSWER,
    evaluate: (inputs) => inputs.value.endsWith(inputs.search),
  }),
  pureNode({
    id: 'IndexOf',
    label: 'Index Of',
    category: 'String',
    description: 'Where a text first holds another one.',
    documentation: 'Counts from 0; -1 when it does not.',
    inputs: VALUE_AND_SEARCH,
    output: { name: 'index', type: 'integer' },
    evaluate: (inputs) => inputs.value.indexOf(inputs.search),
  }),
];
