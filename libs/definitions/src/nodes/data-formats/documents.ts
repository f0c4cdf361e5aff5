import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

export const DOCUMENT_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'ParseXml',
    label: 'Parse XML',
    category: 'Data Formats',
    description: 'Reads a value from XML text.',
    documentation:
      'An element is an object under its name: attributes as @name, text as #text, inner elements by name, a list where a name repeats. An element ' +
      'with text alone is that text, an empty one is "". Values stay texts. Names keep their prefix. A document type (and with it every entity of ' +
      "one's own) is refused, as is XML that is not well-formed. At most 100 levels.",
    inputs: [{ name: 'text', type: 'string', required: true }],
    output: { name: 'value', type: 'any' },
    evaluate: (inputs, rt, nodeId) => rt.parseXml(inputs.text, nodeId),
  }),
  pureNode({
    id: 'ParseYaml',
    label: 'Parse YAML',
    category: 'Data Formats',
    description: 'Reads a value from YAML 1.2 text.',
    documentation:
      'One document of the core schema: texts, numbers, booleans, null, lists and objects with text keys. Anchors are copied, up to 1,000,000 values in ' +
      'all. At most 1 MiB of text.',
    inputs: [{ name: 'text', type: 'string', required: true }],
    output: { name: 'value', type: 'any' },
    evaluate: (inputs, rt, nodeId) => rt.parseYaml(inputs.text, nodeId),
  }),
];
