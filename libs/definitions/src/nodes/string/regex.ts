import { pureNode } from '../../define-node';
import type { Json } from '../../json';
import type { NodeSpec } from '../../node-spec';

const SUPPORTED =
  'Patterns: . [a-z] [^x] \\d \\w \\s \\b ^ $ | ( ) (?: ) (?<name> ) * + ? {2,5} and their lazy forms. No look-around and no ' +
  'back-references, so that the time is proportional to the length of the text. Flags: i (ignore case), m (^ and $ at each line), s (. takes line ends).';
const PATTERN = [
  { name: 'value', type: 'string' },
  { name: 'pattern', type: 'string', required: true },
] as const;
const FLAGS = { name: 'flags', type: 'string', default: '' } as const;

export const REGEX_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'RegexTest',
    label: 'Regex Test',
    category: 'String',
    description: 'Whether a text matches a pattern anywhere.',
    documentation: SUPPORTED,
    inputs: [...PATTERN, FLAGS],
    output: { name: 'result', type: 'boolean' },
    evaluate: (inputs, rt, nodeId) =>
      rt.regex(inputs.pattern, inputs.flags, nodeId).match(inputs.value, 0) !== null,
  }),
  pureNode({
    id: 'RegexMatch',
    label: 'Regex Match',
    category: 'String',
    description: 'The places where a text matches a pattern.',
    documentation:
      `A list of {match, index, groups, named}; groups are numbered from 1, so groups.0 is the first. ${SUPPORTED} ` +
      'At most 1,000,000 matches.',
    inputs: [...PATTERN, FLAGS, { name: 'all', type: 'boolean', default: false }],
    output: { name: 'matches', type: 'array' },
    evaluate: (inputs, rt, nodeId) => {
      const regex = rt.regex(inputs.pattern, inputs.flags, nodeId);
      const matches: Json[] = [];
      let from = 0;
      while (from <= inputs.value.length) {
        const found = regex.match(inputs.value, from);
        if (found === null) break;
        const [match = '', ...groups] = found.groups;
        matches.push({ match, index: found.start, groups, named: found.named });
        if (!inputs.all) break;
        from = found.end > found.start ? found.end : found.end + 1;
        rt.bounded(matches, nodeId);
      }
      return matches;
    },
  }),
  pureNode({
    id: 'RegexReplace',
    label: 'Regex Replace',
    category: 'String',
    description: 'Replaces every match of a pattern.',
    documentation: `In the replacement, $1 is the first group, $<name> a named one, $& the match and $$ a dollar sign. ${SUPPORTED}`,
    inputs: [...PATTERN, { name: 'replacement', type: 'string', default: '' }, FLAGS],
    output: { name: 'result', type: 'string' },
    evaluate: (inputs, rt, nodeId) => {
      const { value, replacement } = inputs;
      const regex = rt.regex(inputs.pattern, inputs.flags, nodeId);
      // Literal text and references to groups, by turns.
      const parts = replacement.split(/(\$(?:\$|&|\d{1,2}|<[^>]{0,64}>))/);
      let result = '';
      let copied = 0;
      let from = 0;
      while (from <= value.length) {
        const found = regex.match(value, from);
        if (found === null) break;
        result += value.slice(copied, found.start);
        parts.forEach((part, i) => {
          if (i % 2 === 0) result += part;
          else if (part === '$$') result += '$';
          else if (part === '$&') result += found.groups[0] ?? '';
          else if (part.startsWith('$<')) {
            const named = rt.readPath(found.named, part.slice(2, -1));
            result += named === undefined ? '' : rt.text(named);
          } else result += found.groups[Number(part.slice(1))] ?? '';
        });
        rt.bounded(result, nodeId);
        copied = found.end;
        from = found.end > found.start ? found.end : found.end + 1;
      }
      return rt.bounded(result + value.slice(copied), nodeId);
    },
  }),
];
