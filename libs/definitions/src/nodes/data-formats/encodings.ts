import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

const TEXT = [{ name: 'text', type: 'string' }] as const;
const RESULT = { name: 'result', type: 'string' } as const;

export const ENCODING_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Base64Encode',
    label: 'Base64 Encode',
    category: 'Data Formats',
    description: 'The UTF-8 bytes of a text as Base64.',
    inputs: TEXT,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      rt.roomFor(inputs.text.length * 1.34, nodeId);
      return rt.bounded(rt.base64Encode(inputs.text), nodeId);
    },
  }),
  pureNode({
    id: 'Base64Decode',
    label: 'Base64 Decode',
    category: 'Data Formats',
    description: 'The text whose UTF-8 bytes are given as Base64.',
    documentation:
      'Takes the URL-safe alphabet, missing padding and white space, too. Other characters, and bytes that are no UTF-8, are an error.',
    inputs: TEXT,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.base64Decode(inputs.text, nodeId),
  }),
  pureNode({
    id: 'UrlEncode',
    label: 'URL Encode',
    category: 'Data Formats',
    description: 'Percent-encodes a text, so that it can be a part of a URL.',
    documentation: "All but letters, digits and - _ . ! ~ * ' ( ) is encoded.",
    inputs: TEXT,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.bounded(rt.percentEncode(inputs.text), nodeId),
  }),
  pureNode({
    id: 'UrlDecode',
    label: 'URL Decode',
    category: 'Data Formats',
    description: 'Reads percent-encoded text.',
    documentation: 'A % that starts no UTF-8 character is an error. + stays a plus.',
    inputs: TEXT,
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => rt.percentDecode(inputs.text, nodeId),
  }),
];
