import type { Json, JsonObject } from '@runnel/definitions';
import { RUNTIME_PRELUDE } from './runtime-prelude';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

/** A node whose inputs come out of the event, so that nothing is known before the run. */
function wired(type: string, output: string, pins: readonly string[]) {
  return graphOf(
    {
      start: 'OnStart',
      ...Object.fromEntries(pins.map((pin) => [pin, { type: 'GetProperty', with: { key: pin } }])),
      node: type,
      out: 'RespondWith',
    },
    [
      'start -> out',
      ...pins.flatMap((pin) => [`start.eventData -> ${pin}.object`, `${pin}.value -> node.${pin}`]),
      `node.${output} -> out.value`,
    ],
  );
}

const run = (type: string, output: string, event: JsonObject) =>
  vm.runGraph(wired(type, output, Object.keys(event)), { event });

const TEXT = 'x'.repeat(6_000_000);
const LIST: Json = Array(700_000).fill(0);

describe('values over their bounds', () => {
  it.each<[string, string, JsonObject]>([
    ['Join', 'result', { array: ['', '', '', ''], separator: TEXT }],
    ['Replace', 'result', { value: 'a'.repeat(100), search: 'a', replacement: TEXT }],
    ['RegexReplace', 'result', { value: 'aaaa', pattern: 'a', replacement: TEXT }],
    ['Base64Encode', 'result', { text: `${TEXT}${TEXT}x` + 'x'.repeat(600_000) }],
    ['UrlEncode', 'result', { text: '%'.repeat(6_000_000) }],
    ['ConcatArrays', 'result', { a: LIST, b: LIST }],
    ['Flatten', 'result', { array: [LIST, LIST] }],
    ['PadStart', 'result', { value: '', length: 16_777_217, pad: 'xy' }],
    ['ParseCsv', 'rows', { text: ','.repeat(1_000_001), header: false }],
    [
      'StringifyCsv',
      'text',
      {
        rows: Array.from({ length: 1_001 }, (_, row) =>
          Object.fromEntries(Array.from({ length: 3 }, (_none, i) => [`${row}-${i}`, 1])),
        ),
      },
    ],
    ['Reduce', 'result', { array: Array(40).fill(0), expression: 'acc + acc', initial: 'x' }],
  ])('are an error of %s, not the end of its memory', async (type, output, event) => {
    const { error } = await run(type, output, event);
    expect(error).toMatchObject({ code: 'VALUE_LIMIT', nodeId: 'node' });
  });
});

describe('names that reach into the object model', () => {
  const OWN = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  ) as JsonObject;
  it.each<[string, string, JsonObject]>([
    ['Merge', 'result', { a: {}, b: OWN }],
    ['Pick', 'result', { object: OWN, keys: ['__proto__', 'constructor'] }],
    ['Omit', 'result', { object: OWN, keys: [] }],
    ['DeleteKey', 'object', { object: OWN, key: 'x' }],
    ['ParseJson', 'value', { text: JSON.stringify(OWN) }],
    [
      'ParseYaml',
      'value',
      { text: '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}' },
    ],
    ['Map', 'result', { array: [OWN], expression: 'item' }],
  ])('stay data in %s', async (type, output, event) => {
    const outcome = await run(type, output, event);
    const text = JSON.stringify(outcome.output);
    expect(outcome.status).toBe('completed');
    expect(text).toContain('"__proto__":{"polluted":1}');
  });

  it.each<[string, string, JsonObject]>([
    ['GroupBy', 'result', { array: [{ k: 'constructor' }], key: 'k' }],
    ['SetProperty', 'object', { object: {}, key: 'a.__proto__.b', value: 1 }],
    ['ParseXml', 'value', { text: '<a><constructor/></a>' }],
    ['Filter', 'result', { array: [{}], expression: 'item["constr" + "uctor"]' }],
  ])('are an error of %s', async (type, output, event) => {
    expect((await run(type, output, event)).error).toMatchObject({ nodeId: 'node' });
  });
});

describe('deep nesting', () => {
  it('is an error of the node or passes, and the VM lives on', async () => {
    let deep: Json = 1;
    for (let i = 0; i < 400; i += 1) deep = [deep];
    for (const [type, output, event] of [
      ['Flatten', 'result', { array: deep, depth: 1_000_000 }],
      ['Unique', 'result', { array: [deep, deep] }],
      ['Equal', 'result', { a: deep, b: deep }],
      ['Includes', 'result', { array: [deep], item: [deep] }],
      ['ToString', 'text', { value: deep }],
      ['ParseXml', 'value', { text: '<a>'.repeat(100_000) }],
      ['ParseYaml', 'value', { text: '- '.repeat(100_000) }],
    ] as const) {
      const outcome = await run(type, output, event);
      expect([type, outcome]).toMatchObject([
        type,
        { status: expect.stringMatching(/^(completed|failed)$/) as string },
      ]);
    }
    expect((await run('ToString', 'text', { value: 1 })).output).toEqual({ value: '1' });
  });
});

describe("a VM that meets many programs of its user's data", () => {
  it('does not keep them all', async () => {
    const code = `(async function run(rt) {
      for (let i = 0; i < 60; i += 1) {
        rt.expression(Array(4900).fill(String(i)).join('+'), 'n');
      }
      return 'done';
    })`;
    const request = { trigger: { nodeId: '' }, event: null };
    const outcome = await vm.run({ prelude: RUNTIME_PRELUDE, code, request });
    expect([outcome.error, outcome.output]).toEqual([undefined, 'done']);
  });
});

describe('patterns that a backtracking engine would never finish', () => {
  it.each(['^(a+)+$', '^(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]$', '(x+x+)+y'])(
    '%s',
    async (pattern) => {
      const value = `${'a'.repeat(3_000)}!`;
      expect(await run('RegexTest', 'result', { value, pattern })).toMatchObject({
        status: 'completed',
        output: { value: false },
      });
    },
  );

  it('in the formats of dates', async () => {
    const { error } = await run('ParseDate', 'value', {
      text: '1'.repeat(200),
      format: 'DM'.repeat(99) + 'x',
    });
    expect(error).toMatchObject({ code: 'INVALID_DATE' });
  });
});
