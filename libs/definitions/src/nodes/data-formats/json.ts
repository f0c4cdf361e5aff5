import { pureNode } from '../../define-node';
import type { Json } from '../../json';
import type { NodeSpec } from '../../node-spec';

export const JSON_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'ParseJson',
    label: 'Parse JSON',
    category: 'Data Formats',
    description: 'Reads a value from JSON text.',
    documentation: 'Text that is not JSON is an error.',
    inputs: [{ name: 'text', type: 'string', required: true }],
    output: { name: 'value', type: 'any' },
    evaluate: (inputs, rt, nodeId) => {
      try {
        return JSON.parse(inputs.text) as Json;
      } catch (cause) {
        const message = `Text is not JSON: ${String((cause as Error).message)}`;
        throw rt.error('SyntaxError', message, nodeId, 'INVALID_JSON');
      }
    },
  }),
  pureNode({
    id: 'StringifyJson',
    label: 'Stringify JSON',
    category: 'Data Formats',
    description: 'Writes a value as JSON text.',
    inputs: [
      { name: 'value', type: 'any' },
      { name: 'indent', type: 'integer', default: 0 },
    ],
    output: { name: 'text', type: 'string' },
    evaluate: (inputs, rt, nodeId) =>
      rt.bounded(JSON.stringify(inputs.value, null, inputs.indent), nodeId),
  }),
];
