import { pureNode } from '../../define-node';
import type { Json } from '../../json';
import type { NodeSpec } from '../../node-spec';

const ARRAY = [{ name: 'array', type: 'array' }] as const;
const RESULT = { name: 'result', type: 'array' } as const;

/** null counts as the empty list everywhere; results are new lists. */
export const LIST_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Push',
    label: 'Push',
    category: 'Array',
    description: 'A copy of a list with an item added at its end.',
    inputs: [...ARRAY, { name: 'item', type: 'any' }],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) =>
      rt.bounded([...(inputs.array === null ? [] : inputs.array), inputs.item], nodeId),
  }),
  pureNode({
    id: 'Slice',
    label: 'Slice',
    category: 'Array',
    description: 'A part of a list.',
    documentation:
      'start is included, end is not; negative ones count from the end. Without end, the rest of the list.',
    inputs: [
      ...ARRAY,
      { name: 'start', type: 'integer', default: 0 },
      { name: 'end', type: 'any', default: null },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      const items = inputs.array === null ? [] : inputs.array;
      if (inputs.end === null) return items.slice(inputs.start);
      return items.slice(inputs.start, rt.convert('integer', inputs.end, nodeId, 'end'));
    },
  }),
  pureNode({
    id: 'ConcatArrays',
    label: 'Concat Arrays',
    category: 'Array',
    description: 'The items of one list, then those of another.',
    inputs: [
      { name: 'a', type: 'array' },
      { name: 'b', type: 'array' },
    ],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      const { a, b } = inputs;
      return rt.bounded([...(a === null ? [] : a), ...(b === null ? [] : b)], nodeId);
    },
  }),
  pureNode({
    id: 'Reverse',
    label: 'Reverse',
    category: 'Array',
    description: 'A list from its end to its start.',
    inputs: ARRAY,
    output: RESULT,
    evaluate: (inputs) => (inputs.array === null ? [] : [...inputs.array].reverse()),
  }),
  pureNode({
    id: 'Unique',
    label: 'Unique',
    category: 'Array',
    description: 'A list without repeated items.',
    documentation: 'The first of equal items stays. Objects and lists are compared by content.',
    inputs: ARRAY,
    output: RESULT,
    evaluate: (inputs, rt) => {
      const seen = new Set<string>();
      return (inputs.array === null ? [] : inputs.array).filter((item) => {
        const identity = rt.identity(item);
        if (seen.has(identity)) return false;
        seen.add(identity);
        return true;
      });
    },
  }),
  pureNode({
    id: 'Flatten',
    label: 'Flatten',
    category: 'Array',
    description: 'A list in which inner lists are replaced by their items.',
    documentation: 'depth says how many levels; at most 100.',
    inputs: [...ARRAY, { name: 'depth', type: 'integer', default: 1 }],
    output: RESULT,
    evaluate: (inputs, rt, nodeId) => {
      let items: readonly Json[] = inputs.array === null ? [] : inputs.array;
      for (let left = Math.min(inputs.depth, 100); left > 0; left -= 1) {
        if (!items.some((item) => Array.isArray(item))) break;
        const flat: Json[] = [];
        for (const item of items) {
          if (Array.isArray(item)) for (const inner of item as readonly Json[]) flat.push(inner);
          else flat.push(item);
          rt.bounded(flat, nodeId);
        }
        items = flat;
      }
      return items;
    },
  }),
  pureNode({
    id: 'Includes',
    label: 'Includes',
    category: 'Array',
    description: 'Whether a list holds an item.',
    documentation: 'Objects and lists are compared by content; 1 and "1" are not equal.',
    inputs: [...ARRAY, { name: 'item', type: 'any' }],
    output: { name: 'result', type: 'boolean' },
    evaluate: (inputs, rt) =>
      inputs.array !== null && inputs.array.some((item) => rt.equal(item, inputs.item)),
  }),
  pureNode({
    id: 'Sort',
    label: 'Sort',
    category: 'Array',
    description: 'A list in order.',
    documentation:
      'Compares the items, or what they hold under the path key. null first, then booleans, numbers by value, texts by character ' +
      'code; lists and objects last. Equal items keep their order.',
    inputs: [
      ...ARRAY,
      { name: 'key', type: 'string', default: '' },
      { name: 'descending', type: 'boolean', default: false },
    ],
    output: RESULT,
    evaluate: (inputs, rt) => {
      const { key } = inputs;
      const sign = inputs.descending ? -1 : 1;
      const rows = (inputs.array === null ? [] : inputs.array).map((item) => ({
        item,
        by: key === '' ? item : (rt.readPath(item, key) ?? null),
      }));
      return rows.sort((x, y) => sign * rt.compare(x.by, y.by)).map((row) => row.item);
    },
  }),
  pureNode({
    id: 'GroupBy',
    label: 'Group By',
    category: 'Array',
    description: 'The items of a list by what they hold under a path.',
    documentation:
      'An object of lists; its keys are the values as text, in the order of their first item. Items without a value are under "".',
    inputs: [...ARRAY, { name: 'key', type: 'string', required: true }],
    output: { name: 'result', type: 'object' },
    evaluate: (inputs, rt, nodeId) => {
      const groups = new Map<string, Json[]>();
      for (const item of inputs.array === null ? [] : inputs.array) {
        const name = rt.text(rt.readPath(item, inputs.key) ?? null);
        if (['__proto__', 'constructor', 'prototype'].includes(name)) {
          throw rt.error('TypeError', `Property '${name}' cannot be set`, nodeId, 'BAD_PATH');
        }
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [item]);
        else group.push(item);
      }
      return Object.fromEntries(groups);
    },
  }),
];
