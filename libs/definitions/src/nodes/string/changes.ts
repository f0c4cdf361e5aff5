import { pureNode } from '../../define-node';
import type { Json } from '../../json';
import type { NodeSpec } from '../../node-spec';

const VALUE = [{ name: 'value', type: 'string' }] as const;
const RESULT = { name: 'result', type: 'string' } as const;

export const TEXT_CHANGE_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Join',
    label: 'Join',
    category: 'String',
    description: 'Joins the items of a list to one text.',
    documentation:
      'Items that are no text are converted: null is empty, objects and lists are JSON.',
    inputs: [
      { name: 'array', type: 'array' },
      { name: 'separator', type: 'string', default: ', ' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      const items: readonly Json[] = inputs.array === null ? [] : inputs.array;
      const texts = items.map((item) => rt.text(item));
      const length = texts.reduce((sum, text) => sum + text.length, 0);
      rt.roomFor(length + items.length * inputs.separator.length, nodeId);
      return texts.join(inputs.separator);
    },
  }),
  pureNode({
    id: 'Replace',
    label: 'Replace',
    category: 'String',
    description: 'Replaces every occurrence of a text.',
    documentation:
      'Searches for plain text; Regex Replace takes patterns. An empty search changes nothing.',
    inputs: [
      { name: 'value', type: 'string' },
      { name: 'search', type: 'string' },
      { name: 'replacement', type: 'string' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.search === '') return inputs.value;
      const parts = inputs.value.split(inputs.search);
      const growth = (parts.length - 1) * (inputs.replacement.length - inputs.search.length);
      rt.roomFor(inputs.value.length + growth, nodeId);
      return parts.join(inputs.replacement);
    },
  }),
  pureNode({
    id: 'ToUpper',
    label: 'To Upper',
    category: 'String',
    description: 'A text in upper case.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.bounded(inputs.value.toUpperCase(), nodeId),
  }),
  pureNode({
    id: 'ToLower',
    label: 'To Lower',
    category: 'String',
    description: 'A text in lower case.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.bounded(inputs.value.toLowerCase(), nodeId),
  }),
  pureNode({
    id: 'Trim',
    label: 'Trim',
    category: 'String',
    description: 'A text without white space at its ends.',
    inputs: VALUE,
    output: RESULT,
    evaluate: (inputs) => inputs.value.trim(),
  }),
  pureNode({
    id: 'PadStart',
    label: 'Pad Start',
    category: 'String',
    description: 'Lengthens a text at its start.',
    documentation:
      'A text that is long enough stays as it is, and so does every text with an empty pad.',
    inputs: [
      { name: 'value', type: 'string' },
      { name: 'length', type: 'integer' },
      { name: 'pad', type: 'string', default: ' ' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      rt.roomFor(inputs.length, nodeId);
      return inputs.value.padStart(inputs.length, inputs.pad);
    },
  }),
];
