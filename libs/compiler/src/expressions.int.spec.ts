import type { Json } from '@runnel/definitions';
import { RUNTIME_PRELUDE } from './runtime-prelude';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';
import { EXPRESSION_ROWS } from './testing/node-cases/expressions.contract';
import { validateGraph } from './validate-graph';

/** A program that works out what the event lists; an error as its message. */
const WORK_OUT = `(async function run(rt) {
  return rt.request.event.map(({ expression, values }) => {
    try {
      return { value: rt.expression(expression, 'n')(values) };
    } catch (error) {
      return { type: error.name, message: error.message, code: error.code, nodeId: error.nodeId };
    }
  });
})`;

describe('expressions in the VM', () => {
  let vm: GuestVm;
  beforeAll(() => {
    vm = new GuestVm();
  });
  afterAll(() => vm.close());

  async function workOut(rows: readonly { expression: string; values: Json }[]): Promise<Json[]> {
    const event = rows.map(({ expression, values }) => ({ expression, values }));
    const request = { trigger: { nodeId: 'start' }, event };
    const outcome = await vm.run({ prelude: RUNTIME_PRELUDE, code: WORK_OUT, request });
    expect(outcome.error).toBeUndefined();
    return outcome.output as Json[];
  }

  it('give what the table says', async () => {
    const found = await workOut(EXPRESSION_ROWS);
    const results = EXPRESSION_ROWS.map(({ expression }, i) => [expression.slice(0, 80), found[i]]);
    const wanted = EXPRESSION_ROWS.map(({ expression, expected }) => [
      expression.slice(0, 80),
      expected instanceof RegExp
        ? (expect.objectContaining({
            message: expect.stringMatching(expected) as string,
            code: expect.stringMatching(/^[A-Z_]+$/) as string,
            nodeId: 'n',
          }) as unknown)
        : { value: expected },
    ]);
    expect(results).toEqual(wanted);
  });

  it('stay within the bounds of values', async () => {
    const big = 'x'.repeat(9_000_000);
    const rows = ['a + a', 'join([a, a], "")', 'reduce([1, 2, 3, 4], (s, x) => s + s, a)'];
    const found = await workOut(rows.map((expression) => ({ expression, values: { a: big } })));
    expect(found).toEqual(rows.map(() => expect.objectContaining({ code: 'VALUE_LIMIT' }) as Json));
  });

  it('cannot be nested so deeply that the stack ends', async () => {
    const nested = (open: string, close: string, times: number) =>
      `${open.repeat(times)}1${close.repeat(times)}`;
    const rows = [
      nested('(', ')', 5_000),
      nested('[', ']', 5_000),
      nested('{a: ', '}', 5_000),
      nested('map([1], x => ', ')', 21),
      nested('map([1], x => ', ')', 20),
      nested('true ? 1 : ', '', 99),
      nested('(1 + ', ')', 99),
      `${'-'.repeat(9_000)}1`,
      `a${'[0]'.repeat(4_000)}`,
      `a${'.b'.repeat(9_000)}`,
      Array(2_000).fill('1 ** 1').join(' ** '),
    ];
    const found = await workOut(rows.map((expression) => ({ expression, values: { a: null } })));
    const tooDeep = expect.objectContaining({ code: 'EXPRESSION_SYNTAX' }) as Json;
    let map: Json = 1;
    for (let i = 0; i < 20; i += 1) map = [map];
    expect(found.slice(0, 4)).toEqual([tooDeep, tooDeep, tooDeep, tooDeep]);
    expect(found.slice(4)).toEqual([map, 1, 100, 1, null, null, 1].map((value) => ({ value })));
  });

  it('take in wired text, in the nodes of lists', async () => {
    const graph = graphOf(
      {
        start: 'OnStart',
        get: { type: 'GetProperty', with: { key: 'by' } },
        node: { type: 'Filter', with: { array: [1, 2, 3] } },
        out: 'RespondWith',
      },
      [
        'start -> out',
        'start.eventData -> get.object',
        'get.value -> node.expression',
        'node.result -> out.value',
      ],
    );
    const run = (by: string) => vm.runGraph(graph, { event: { by } });
    expect((await run('item >= 2')).output).toEqual({ value: [2, 3] });
    expect((await run('item.constructor')).error).toMatchObject({
      code: 'EXPRESSION_SYNTAX',
      nodeId: 'node',
    });
    expect((await run('process.exit()')).error).toMatchObject({ code: 'EXPRESSION_SYNTAX' });
    expect((await run('globalThis')).error).toMatchObject({
      type: 'ReferenceError',
      nodeId: 'node',
    });
  });
});

describe('expressions that are known before the run', () => {
  const problems = (expression: string, properties = {}) =>
    validateGraph(
      graphOf(
        {
          start: 'OnStart',
          node: { type: 'Expression', properties: { expression, ...properties } },
          out: 'RespondWith',
        },
        ['start -> out', 'node.result -> out.value'],
      ),
    ).errors;

  it.each<[string, object, string]>([
    ['a +', {}, 'Unexpected end at character 4 of the expression'],
    ['price * 2', {}, "Unknown name 'price' in the expression"],
    ['a', { inputs: ['price'] }, "Unknown name 'a' in the expression"],
    ['', {}, 'Expression must be a text'],
    ['x'.repeat(65_537), {}, 'Expression must have at most 65536 characters'],
    ['1', { inputs: ['__proto__'] }, "Pin must not be '__proto__'"],
  ])('refuse %s', (expression, properties, message) => {
    expect(problems(expression, properties)).toContainEqual({
      nodeId: 'node',
      message,
      code: 'BAD_PROPERTY',
    });
  });

  it('refuse an inline expression of a list node alike', () => {
    const graph = graphOf(
      {
        start: 'OnStart',
        node: { type: 'Map', with: { array: [], expression: 'acc + 1' } },
        out: 'RespondWith',
      },
      ['start -> out', 'node.result -> out.value'],
    );
    const message = "Unknown name 'acc' in the expression";
    expect(validateGraph(graph).errors).toEqual([
      { nodeId: 'node', message, code: 'BAD_PROPERTY' },
    ]);
  });

  it('accept what they can read', () => {
    expect(problems('a + z')).toEqual([]);
    expect(problems('price', { inputs: ['price'] })).toEqual([]);
  });
});
