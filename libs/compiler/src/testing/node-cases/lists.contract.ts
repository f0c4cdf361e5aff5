import type { JsonObject } from '@runnel/definitions';
import type { NodeCase } from './case.contract';

const PEOPLE = [
  { name: 'Bo', age: 30, tags: ['x'] },
  { name: 'Al', age: 25, tags: [] },
  { name: 'Cy', age: 30 },
];
/** Own properties with names that reach into the object model, as JSON text can make them. */
const OWN_PROTO = JSON.parse('{"__proto__":{"a":1},"constructor":2,"b":3}') as JsonObject;

export const LIST_CASES: readonly NodeCase[] = [
  ['ArrayLength', { array: [1, 2] }, 2],
  ['ArrayLength', { array: [] }, 0],
  ['GetElement', { array: ['a', 'b'], index: 1 }, 'b'],
  ['GetElement', { array: ['a', 'b'], index: -2 }, 'a'],
  ['GetElement', { array: ['a', 'b'], index: -3 }, null],
  ['GetElement', { array: ['a', 'b'], index: 2 }, null],
  ['Push', { array: [1], item: [2] }, [1, [2]]],
  ['Slice', { array: [1, 2, 3, 4], start: 1, end: 3 }, [2, 3]],
  ['Slice', { array: [1, 2, 3, 4], start: -2 }, [3, 4]],
  ['Slice', { array: [1, 2, 3, 4], end: -1 }, [1, 2, 3]],
  [
    'Slice',
    { array: [1], end: 'x' },
    /^Input pin 'end' of node expects integer but got string "x"$/,
  ],
  ['ConcatArrays', { a: [1], b: [2, 3] }, [1, 2, 3]],
  ['Reverse', { array: [1, 2, 3] }, [3, 2, 1]],
  [
    'Unique',
    { array: [1, '1', 1, { a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1]] },
    [1, '1', { a: 1, b: 2 }, [1]],
  ],
  ['Unique', { array: [OWN_PROTO, { ...OWN_PROTO }, {}] }, [OWN_PROTO, {}]],
  ['Flatten', { array: [1, [2, [3, [4]]]] }, [1, 2, [3, [4]]]],
  ['Flatten', { array: [1, [2, [3, [4]]]], depth: 9 }, [1, 2, 3, 4]],
  ['Flatten', { array: [[1]], depth: 0 }, [[1]]],
  ['Includes', { array: [{ a: [1] }], item: { a: [1] } }, true],
  ['Includes', { array: [1], item: '1' }, false],
  ['Sort', { array: ['b', 10, 9, null, true, 'B', false] }, [null, false, true, 9, 10, 'B', 'b']],
  ['Sort', { array: [1, 2, 3], descending: true }, [3, 2, 1]],
  [
    'Sort',
    { array: PEOPLE, key: 'age' },
    [PEOPLE[1] ?? null, PEOPLE[0] ?? null, PEOPLE[2] ?? null],
  ],
  ['Sort', { array: [OWN_PROTO, {}], key: '__proto__.a' }, [OWN_PROTO, {}]],
  [
    'GroupBy',
    { array: PEOPLE, key: 'age' },
    { 25: [PEOPLE[1] ?? null], 30: [PEOPLE[0] ?? null, PEOPLE[2] ?? null] },
  ],
  ['GroupBy', { array: [1, {}], key: 'x' }, { '': [1, {}] }],
  ['GroupBy', { array: [{ k: '__proto__' }], key: 'k' }, /^Property '__proto__' cannot be set$/],
  ['Filter', { array: [5, 1, 7], expression: 'item > 2' }, [5, 7]],
  ['Filter', { array: [5, 1, 7], expression: 'index == 1' }, [1]],
  ['Filter', { array: [0, '', null, 'a'], expression: 'item' }, ['a']],
  [
    'Filter',
    { array: ['x'], expression: 'item > 2' },
    /^Operator '>' expects a number but got string "x"$/,
  ],
  [
    'Map',
    { array: PEOPLE, expression: '{n: lower(item.name), at: index}' },
    [
      { n: 'bo', at: 0 },
      { n: 'al', at: 1 },
      { n: 'cy', at: 2 },
    ],
  ],
  ['Find', { array: PEOPLE, expression: 'item.age < 30' }, PEOPLE[1] ?? null],
  ['Find', { array: PEOPLE, expression: 'item.age < 3' }, null],
  ['Reduce', { array: [1, 2, 3], expression: 'acc + item * index', initial: 10 }, 18],
  ['Reduce', { array: [], expression: 'acc + item', initial: 'x' }, 'x'],
  ['Merge', { a: { x: 1, y: { z: 1 } }, b: { y: 2 } }, { x: 1, y: 2 }],
  ['Merge', { a: {}, b: OWN_PROTO }, OWN_PROTO],
  ['Keys', { object: { b: 1, a: 2 } }, ['b', 'a']],
  ['Values', { object: { b: 1, a: null } }, [1, null]],
  ['HasKey', { object: { a: null }, key: 'a' }, true],
  ['HasKey', { object: {}, key: 'toString' }, false],
  ['HasKey', { object: {}, key: '__proto__' }, false],
  ['DeleteKey', { object: { a: 1, b: 2 }, key: 'a' }, { b: 2 }],
  ['DeleteKey', { object: OWN_PROTO, key: '__proto__' }, { constructor: 2, b: 3 }],
  ['Pick', { object: { a: 1, b: 2 }, keys: ['b', 'c', 'toString'] }, { b: 2 }],
  ['Omit', { object: { a: 1, b: 2 }, keys: ['b'] }, { a: 1 }],
];
