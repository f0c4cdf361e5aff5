import type { Json } from '@runnel/definitions';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

/** A graph that runs `source` with the input `x` = the event and answers with its output `y`. */
function running(source: string) {
  return graphOf(
    {
      s: 'OnStart',
      c: { type: 'Code', properties: { source, inputs: ['x'], outputs: ['y'] } },
      o: 'RespondWith',
    },
    ['s -> c', 's.eventData -> c.x', 'c -> o', 'c.y -> o.value'],
  );
}

async function resultOf(source: string, x: Json = null): Promise<Json | string> {
  const outcome = await vm.runGraph(running(source), { event: x });
  if (outcome.status === 'completed') return (outcome.output as { value: Json }).value;
  return `${outcome.status}: ${outcome.error?.type}: ${outcome.error?.message}`;
}

describe('a Code node', () => {
  it('sees its inputs by name and gives what it returns', async () => {
    expect(await resultOf('return { y: x.a * 2, z: 3 };', { a: 21 })).toBe(42);
    expect(await resultOf('const f = async () => 7;\nreturn { y: await f() };')).toBe(7);
    expect(await resultOf('// only a comment')).toBeNull();
    expect(await resultOf('return {}')).toBeNull();
  });

  it('gives copies of plain data only', async () => {
    expect(await resultOf('return { y: [undefined, () => 1, new Date(0), new Map()] }')).toEqual([
      null,
      null,
      '1970-01-01T00:00:00.000Z',
      {},
    ]);
    expect(await resultOf('return { get y() { return 5; } }')).toBe(5);
    expect(
      await resultOf(
        'return new Proxy({}, { ownKeys: () => ["y"], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }), get: () => 6 })',
      ),
    ).toBe(6);
  });

  it.each([
    ['return 7', 'failed: TypeError: The code must return an object but returned integer'],
    ['return [1]', 'failed: TypeError: The code must return an object but returned array'],
    ['return { y: 1n }', /^failed: TypeError: /],
    ['const a = {}; a.a = a; return { y: a }', /^failed: TypeError: .*circular/],
    ['throw new RangeError("mine")', 'failed: RangeError: mine'],
    ['throw "text"', 'failed: Error: text'],
    ['throw { a: 1 }', 'failed: Error: {"a":1}'],
    ['throw undefined', 'failed: Error: undefined'],
    [
      'throw new Proxy(new Error("x"), { get() { throw 1 } })',
      'failed: Error: A value that cannot be read was thrown',
    ],
    ['return fetch("http://x")', /^failed: ReferenceError: /],
    ['return require("fs")', /^failed: ReferenceError: /],
    ['return rt', /^failed: ReferenceError: /],
    ['return host', /^failed: ReferenceError: /],
    ['return lib', /^failed: ReferenceError: /],
    ['y = 1', /^failed: ReferenceError: /],
    ['return { y: await import("fs") }', /^failed: /],
  ])('%j fails', async (source, expected) => {
    const result = await resultOf(source);
    if (expected instanceof RegExp) expect(result).toMatch(expected);
    else expect(result).toBe(expected);
  });

  it('cannot change the values it was given for others', async () => {
    const graph = graphOf(
      {
        s: 'OnStart',
        a: { type: 'Code', properties: { source: 'x.list.push(4); x.own = 1;', inputs: ['x'] } },
        o: 'RespondWith',
      },
      ['s -> a', 's.eventData -> a.x', 'a -> o', 's.eventData -> o.value'],
    );
    const { output } = await vm.runGraph(graph, { event: { list: [1] } });
    expect(output).toEqual({ value: { list: [1] } });
  });

  it('fails at its node when its source does not parse, and only when it runs', async () => {
    const broken = running('const a = 1;\nreturn { y: a b };');
    const outcome = await vm.runGraph(broken);
    expect(outcome.error).toMatchObject({ type: 'SyntaxError', nodeId: 'c', code: 'CODE_SYNTAX' });
    expect(outcome.error?.message).toMatch(/^The code does not parse: .+ \(line 2\)$/);
    const unused = { ...broken, edges: broken.edges.filter(({ target }) => target !== 'c') };
    expect((await vm.runGraph(unused)).status).toBe('completed');
  });

  it('is evaluated when read if no execution wire leads to it or from it', async () => {
    const graph = graphOf(
      {
        s: 'OnStart',
        r: { type: 'ForRange', with: { end: 2 } },
        c: {
          type: 'Code',
          properties: { source: 'return { y: await x * 10 }', inputs: ['x'], outputs: ['y'] },
        },
        add: 'Add',
        sel: { type: 'Select', with: { condition: true } },
        w: 'While',
        l: 'Log',
        x: 'Break',
      },
      [
        's -> r',
        'r.body -> l',
        'r.index -> c.x',
        'c.y -> add.a',
        'c.y -> add.b',
        'add.result -> sel.ifTrue',
        'sel.result -> l.message',
        'r.completed -> w',
        'c.y -> w.condition',
        'w.body -> x',
      ],
    );
    const { logs, status } = await vm.runGraph(graph);
    expect([status, ...logs.map(({ message }) => message)]).toEqual(['completed', '0', '20']);
  });
});

describe('source that tries to leave its function', () => {
  const MARK = '(() => { throw new Error("escaped") })()';
  /** Each closes the function early in a way that some wrapper would accept. */
  const ESCAPES = [
    `}); ${MARK}; (async function () {`,
    `}), ${MARK}, (async function () {`,
    `}) ; throw 0; (function () {`,
    `} m2() { ${MARK} } async m3() {`,
    `}, async m2() { ${MARK} }, async m3() {`,
    `} [${MARK}] = function () {`,
    `} ; static { ${MARK} } async m3() {`,
    `}, async function () {`,
    `}}), ${MARK}, ({ async m() {{`,
    `}\n}); ${MARK}; ({ async m() {`,
    `} /* `,
    `*/ } /*`,
    '`${`',
    `} //`,
    `}\u2028 ${MARK}\u2029{`,
    `<!-- \n } -->`,
    `super.x`,
    `#x in this`,
  ];

  it.each(ESCAPES)('%j does not parse, and nothing of it runs', async (source) => {
    const outcome = await vm.runGraph(running(source));
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'CODE_SYNTAX', nodeId: 'c' },
    });
    expect(outcome.error?.message).not.toContain('escaped');
  });

  it('is told from source that only looks like it', async () => {
    const text = 'const t = "}); evil("; const r = /}\\)/; /* }) */ // })\nreturn { y: `}${t}` };';
    expect(await resultOf(text)).toBe('}}); evil(');
  });
});
