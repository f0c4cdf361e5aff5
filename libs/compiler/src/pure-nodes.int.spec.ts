import { isPure, NODE_LIBRARY } from '@runnel/definitions';
import type { Json, JsonObject } from '@runnel/definitions';
import { RUNTIME_PRELUDE } from './runtime-prelude';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';
import type { GuestOutcome } from './testing/guest-vm.contract';
import { preludeBuiltByTypeScript } from './testing/tsc-prelude.contract';

/** What a node gives for inline inputs; a RegExp for the message of its error. */
type Case = [type: string, inputs: JsonObject, expected: Json | RegExp, properties?: JsonObject];

const USER = { name: 'Ada', tags: ['a', 'b'], address: { city: 'London' }, none: null };

/** Own properties with names that reach into the object model, as JSON text can make them. */
const OWN_PROTO = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as JsonObject;

const CASES: Case[] = [
  ['String', {}, 'hi', { value: 'hi' }],
  ['Integer', {}, 7, { value: '7.9' }],
  ['Float', {}, 1.5, { value: 1.5 }],
  ['Boolean', {}, true],
  ['Boolean', {}, false, { value: false }],
  ['Null', {}, null],
  ['Array', {}, [1, [2]], { value: [1, [2]] }],
  ['Object', {}, { a: { b: 1 } }, { value: { a: { b: 1 } } }],
  ['Add', { a: 1, b: 2.5 }, 3.5],
  ['Subtract', { a: 1, b: 2.5 }, -1.5],
  ['Multiply', { a: '3', b: true }, 3],
  ['Divide', { a: 1, b: 4 }, 0.25],
  ['Divide', { a: 1, b: 0 }, /^Division by zero$/],
  ['Random', {}, 0.25],
  ['Random', { min: 10, max: 20 }, 12.5],
  ['Equal', { a: 1, b: 1.0 }, true],
  ['Equal', { a: 1, b: '1' }, false],
  ['Equal', { a: { x: [1, { y: null }] }, b: { x: [1, { y: null }] } }, true],
  ['Equal', { a: { x: 1 }, b: { x: 1, y: 2 } }, false],
  ['Equal', { a: [], b: {} }, false],
  ['Equal', { a: { x: null }, b: { y: null } }, false],
  ['Equal', {}, true],
  ['NotEqual', { a: [1, 2], b: [2, 1] }, true],
  ['NotEqual', { a: 'x', b: 'x' }, false],
  ['GreaterThan', { a: 2, b: 1 }, true],
  ['GreaterThan', { a: 1, b: 1 }, false],
  ['LessThan', { a: 1, b: 2 }, true],
  ['LessThan', { a: 1, b: 1 }, false],
  ['GreaterOrEqual', { a: 1, b: 1 }, true],
  ['LessOrEqual', { a: 2, b: 1 }, false],
  ['IsNull', {}, true],
  ['IsNull', { value: 0 }, false],
  ['And', { a: true, b: 'true' }, true],
  ['And', { a: true, b: 0 }, false],
  ['Or', { a: false, b: 1 }, true],
  ['Or', { a: '', b: 'false' }, false],
  ['Not', { value: 0 }, true],
  ['Select', { condition: true, ifTrue: 'yes', ifFalse: 'no' }, 'yes'],
  ['Select', { condition: false, ifTrue: 'yes', ifFalse: 'no' }, 'no'],
  ['Coalesce', { a: 0, b: 1 }, 0],
  ['Coalesce', { b: 1 }, 1],
  ['Concat', { a: 'x', b: 12 }, 'x12'],
  ['Split', { value: 'a,b,,c', separator: ',' }, ['a', 'b', '', 'c']],
  ['Split', { value: 'abc', separator: '' }, ['a', 'b', 'c']],
  ['Format', { template: '{name} of {address.city}, {tags.1}', values: USER }, 'Ada of London, b'],
  ['Format', { template: '{{name}} {none}{missing}!', values: USER }, '{name} !'],
  ['Format', { template: '{"a": {name}} { } {', values: USER }, '{"a": Ada} { } {'],
  ['Format', { template: '{address}', values: USER }, '{"city":"London"}'],
  ['Format', { template: '{__proto__}{constructor.name}{tags.length}', values: USER }, ''],
  ['ArrayLength', { array: [1, 2] }, 2],
  ['GetElement', { array: ['a', 'b'], index: 1 }, 'b'],
  ['GetElement', { array: ['a', 'b'], index: -2 }, 'a'],
  ['GetElement', { array: ['a', 'b'], index: -3 }, null],
  ['GetElement', { array: ['a', 'b'], index: 2 }, null],
  ['GetProperty', { object: USER, key: 'address.city' }, 'London'],
  ['GetProperty', { object: USER, key: 'tags.1' }, 'b'],
  ['GetProperty', { object: USER, key: 'none', default: 1 }, null],
  ['GetProperty', { object: USER, key: 'missing.deep', default: 1 }, 1],
  ['GetProperty', { object: USER, key: 'tags.length' }, null],
  ['GetProperty', { object: 'text', key: 'length' }, null],
  ['GetProperty', { object: USER, key: '__proto__' }, null],
  ['GetProperty', { object: USER, key: 'constructor.constructor' }, null],
  ['GetProperty', { object: OWN_PROTO, key: '__proto__.a' }, null],
  ['GetProperty', { object: OWN_PROTO, key: 'constructor' }, null],
  ['Equal', { a: OWN_PROTO, b: { ...OWN_PROTO } }, true],
  ['Equal', { a: OWN_PROTO, b: { x: 1, y: 2 } }, false],
  ['GetProperty', { object: [[7]], key: '0.0' }, 7],
  ['SetProperty', { key: 'a.b', value: 1 }, { a: { b: 1 } }],
  ['SetProperty', { object: USER, key: 'name', value: 'Bob' }, { ...USER, name: 'Bob' }],
  ['SetProperty', { object: { l: [1, 2] }, key: 'l.1', value: 9 }, { l: [1, 9] }],
  ['SetProperty', { object: { l: [1] }, key: 'l.1', value: 9 }, { l: [1, 9] }],
  [
    'SetProperty',
    { object: { l: [1] }, key: 'l.5', value: 9 },
    /^'5' is no index of a list with 1 items$/,
  ],
  ['SetProperty', { object: { l: [1] }, key: 'l.x', value: 9 }, /^'x' is no index/],
  ['SetProperty', { object: { a: 'x' }, key: 'a.b', value: 1 }, /^Cannot set 'a' inside a string$/],
  ['SetProperty', { key: '__proto__.x', value: 1 }, /^Property '__proto__' cannot be set$/],
  ['SetProperty', { key: 'a.constructor', value: 1 }, /^Property 'constructor' cannot be set$/],
  ['SetProperty', { key: 'toString', value: 1 }, { toString: 1 }],
  ['ParseJson', { text: '{"a":[1,null]}' }, { a: [1, null] }],
  ['ParseJson', { text: '{a:1}' }, /^Text is not JSON: /],
  ['StringifyJson', { value: { a: [1] } }, '{"a":[1]}'],
  ['StringifyJson', { value: [1], indent: 2 }, '[\n  1\n]'],
  ['StringifyJson', {}, 'null'],
  ['Now', {}, '2023-11-14T22:13:20.000Z'],
  ['Uuid', {}, 'uuid-0'],
  ['GetVariable', { name: 'n' }, 5],
];

/** With four values each: Jest would take a missing fourth for a callback to wait for. */
const ROWS = CASES.map(([type, inputs, expected, properties = {}]) => {
  return [type, inputs, expected, properties] as const;
});

function reading(type: string, inputs: JsonObject, properties: JsonObject) {
  const output = NODE_LIBRARY.find((spec) => spec.id === type)?.outputs[0]?.name ?? '';
  return graphOf(
    { start: 'OnStart', node: { type, with: inputs, properties }, out: 'RespondWith' },
    ['start -> out', `node.${output} -> out.value`],
    { n: ['integer', 5] },
  );
}

describe.each([
  ['as Jest compiles it', () => RUNTIME_PRELUDE],
  ['as the build compiles it', preludeBuiltByTypeScript],
])('pure nodes in the VM, with the prelude %s', (_title, makePrelude) => {
  let vm: GuestVm;
  let prelude: string;
  beforeAll(() => {
    vm = new GuestVm();
    prelude = makePrelude();
  });
  afterAll(() => vm.close());

  it.each(ROWS)('%s %j', async (type, inputs, expected, properties) => {
    const outcome: GuestOutcome = await vm.runGraph(reading(type, inputs, properties), { prelude });
    if (expected instanceof RegExp) {
      expect(outcome).toMatchObject({ status: 'failed', error: { nodeId: 'node' } });
      expect(outcome.error?.message).toMatch(expected);
    } else expect(outcome).toMatchObject({ status: 'completed', output: { value: expected } });
  });
});

describe('the cases above', () => {
  it('cover every pure node of the library', () => {
    const covered = new Set(CASES.map(([type]) => type));
    const missing = NODE_LIBRARY.filter((spec) => isPure(spec) && !covered.has(spec.id));
    // What reads an environment has its own tests (environment.int.spec.ts).
    expect(missing.map((spec) => spec.id)).toEqual(['GetEnvironment', 'GetSecret', 'Comment']);
  });
});

describe('pure nodes with values over the limits', () => {
  let vm: GuestVm;
  beforeAll(() => {
    vm = new GuestVm();
  });
  afterAll(() => vm.close());

  const TEXT = 'x'.repeat(600_000);

  it.each<[string, JsonObject, string]>([
    [
      'Format',
      { template: '{a}{a}', values: { a: TEXT } },
      'The formatted text is over 1048576 characters',
    ],
    [
      'Split',
      { value: `${TEXT}${TEXT}`.slice(0, 1_000_001), separator: '' },
      'A value may have at most 1000000 items',
    ],
  ])('%s fails with VALUE_LIMIT', async (type, inputs, message) => {
    const code = { inputs: ['t'], outputs: ['v'], source: `return { v: t }` };
    const pins = Object.keys(inputs);
    const graph = graphOf(
      {
        start: 'OnStart',
        node: type,
        out: 'RespondWith',
        ...Object.fromEntries(
          pins.map((pin) => [pin, { type: 'GetProperty', with: { key: pin } }]),
        ),
        big: { type: 'Code', properties: code },
      },
      [
        'start -> big',
        'start.eventData -> big.t',
        'big -> out',
        'node.result -> out.value',
        ...pins.map((pin) => `big.v -> ${pin}.object`),
        ...pins.map((pin) => `${pin}.value -> node.${pin}`),
      ],
    );
    const outcome = await vm.runGraph(graph, { event: inputs });
    expect(outcome.error).toEqual({
      type: 'RangeError',
      message,
      nodeId: 'node',
      code: 'VALUE_LIMIT',
    });
  });

  it('Concat in a loop fails with VALUE_LIMIT before memory does', async () => {
    const graph = graphOf(
      {
        start: 'OnStart',
        loop: { type: 'ForRange', with: { end: 100 } },
        set: { type: 'SetVariable', with: { name: 't' } },
        get: { type: 'GetVariable', with: { name: 't' } },
        twice: 'Concat',
      },
      [
        'start -> loop',
        'loop.body -> set',
        'twice.result -> set.value',
        'get.value -> twice.a',
        'get.value -> twice.b',
      ],
      { t: ['string', 'x'] },
    );
    expect((await vm.runGraph(graph)).error).toMatchObject({
      code: 'VALUE_LIMIT',
      nodeId: 'twice',
    });
  });
});
