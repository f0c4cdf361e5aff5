import { isPure, NODE_LIBRARY } from '@runnel/definitions';
import type { JsonObject } from '@runnel/definitions';
import { RUNTIME_PRELUDE } from './runtime-prelude';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';
import type { GuestOutcome } from './testing/guest-vm.contract';
import type { NodeCase } from './testing/node-cases/case.contract';
import { EXPRESSION_CASES } from './testing/node-cases/expressions.contract';
import { FORMAT_CASES } from './testing/node-cases/formats.contract';
import { LIST_CASES } from './testing/node-cases/lists.contract';
import { NUMBER_CASES } from './testing/node-cases/numbers.contract';
import { TEXT_CASES } from './testing/node-cases/texts.contract';
import { TIME_CASES } from './testing/node-cases/times.contract';
import { VALUE_CASES } from './testing/node-cases/values.contract';
import { preludeBuiltByTypeScript } from './testing/tsc-prelude.contract';

const CASES: readonly NodeCase[] = [
  ...NUMBER_CASES,
  ...TEXT_CASES,
  ...LIST_CASES,
  ...FORMAT_CASES,
  ...TIME_CASES,
  ...VALUE_CASES,
  ...EXPRESSION_CASES,
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
