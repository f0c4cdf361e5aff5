import { pureNode } from '../../define-node';
import type { Json } from '../../json';
import type { NodeSpec } from '../../node-spec';

const ARRAY = { name: 'array', type: 'array' } as const;
const EXPRESSION = { name: 'expression', type: 'string', required: true } as const;
const ITEM = ['item', 'index'];

export const ARRAY_EXPRESSION_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Filter',
    label: 'Filter',
    category: 'Array',
    description: 'The items of a list for which an expression is true.',
    documentation:
      'The expression sees item and index, as in item.price > 10. null, false, 0 and "" count as false; see Expression for the language.',
    inputs: [ARRAY, EXPRESSION],
    output: { name: 'result', type: 'array' },
    expression: { input: 'expression', names: ITEM },
    evaluate: (inputs, rt, nodeId) => {
      const keeps = rt.expression(inputs.expression, nodeId);
      const items = inputs.array === null ? [] : inputs.array;
      return items.filter((item, index) => Boolean(keeps({ item, index })));
    },
  }),
  pureNode({
    id: 'Map',
    label: 'Map',
    category: 'Array',
    description: 'What an expression gives for each item of a list.',
    documentation: 'The expression sees item and index, as in {name: upper(item.name), at: index}.',
    inputs: [ARRAY, EXPRESSION],
    output: { name: 'result', type: 'array' },
    expression: { input: 'expression', names: ITEM },
    evaluate: (inputs, rt, nodeId) => {
      const change = rt.expression(inputs.expression, nodeId);
      const items = inputs.array === null ? [] : inputs.array;
      return items.map((item, index) => change({ item, index }));
    },
  }),
  pureNode({
    id: 'Find',
    label: 'Find',
    category: 'Array',
    description: 'The first item of a list for which an expression is true.',
    documentation: 'The expression sees item and index. null when there is none.',
    inputs: [ARRAY, EXPRESSION],
    output: { name: 'element', type: 'any' },
    expression: { input: 'expression', names: ITEM },
    evaluate: (inputs, rt, nodeId) => {
      const fits = rt.expression(inputs.expression, nodeId);
      const items = inputs.array === null ? [] : inputs.array;
      return items.find((item, index) => Boolean(fits({ item, index }))) ?? null;
    },
  }),
  pureNode({
    id: 'Reduce',
    label: 'Reduce',
    category: 'Array',
    description: 'One value out of a list, by an expression that takes in item after item.',
    documentation:
      'The expression sees acc (initial, then its own last value), item and index, as in acc + item.price.',
    inputs: [ARRAY, EXPRESSION, { name: 'initial', type: 'any' }],
    output: { name: 'result', type: 'any' },
    expression: { input: 'expression', names: ['acc', 'item', 'index'] },
    evaluate: (inputs, rt, nodeId) => {
      const next = rt.expression(inputs.expression, nodeId);
      const items: readonly Json[] = inputs.array === null ? [] : inputs.array;
      let acc = inputs.initial;
      items.forEach((item, index) => {
        acc = next({ acc, item, index });
      });
      return acc;
    },
  }),
];
