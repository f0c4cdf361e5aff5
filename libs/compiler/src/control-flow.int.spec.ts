import type { Json } from '@runnel/definitions';
import { graphOf } from './testing/graph-builder.contract';
import type { TestNode } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';
import type { GraphRunOptions } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

type Nodes = Readonly<Record<string, TestNode | string>>;

const say = (message: Json): TestNode => ({ type: 'Log', with: { message } });
const fail = (message: string): TestNode => ({ type: 'ThrowError', with: { message } });

/** The log of a run that starts at `s`, one line per entry; a failed run ends with its error. */
async function linesOf(
  nodes: Nodes,
  wires: readonly string[],
  options: GraphRunOptions & { readonly variables?: Record<string, [string, Json?]> } = {},
): Promise<string[]> {
  const { variables, ...rest } = options;
  const graph = graphOf({ s: 'OnStart', ...nodes }, wires, variables);
  const outcome = await vm.runGraph(graph, rest);
  const lines = outcome.logs.map(({ message }) => message);
  if (outcome.status === 'completed') return lines;
  return [...lines, `${outcome.status}: ${outcome.error?.type}: ${outcome.error?.message}`];
}

describe('Branch', () => {
  it.each([
    [true, ['yes']],
    [false, ['no']],
    ['0', ['no']],
  ])('goes the way of its condition %j', async (condition, expected) => {
    const nodes = { b: { type: 'Branch', with: { condition } }, y: say('yes'), n: say('no') };
    expect(await linesOf(nodes, ['s -> b', 'b.true -> y', 'b.false -> n'])).toEqual(expected);
  });

  it('ends the chain where the output has no wire', async () => {
    const nodes = { b: { type: 'Branch', with: { condition: false } }, y: say('yes') };
    expect(await linesOf(nodes, ['s -> b', 'b.true -> y'])).toEqual([]);
  });
});

describe('Switch', () => {
  const nodes = (value: Json) => ({
    w: { type: 'Switch', with: { value }, properties: { cases: ['a', 2, true, null, '2'] } },
    ...Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`c${i}`, say(`case${i}`)])),
    d: say('default'),
  });
  const wires = ['s -> w', ...[0, 1, 2, 3, 4].map((i) => `w.case${i} -> c${i}`), 'w.default -> d'];

  it.each([
    ['a', 'case0'],
    [2, 'case1'],
    ['2', 'case1'],
    [2.5, 'case2'],
    ['true', 'case2'],
    ['b', 'default'],
    [[2], 'default'],
  ])('takes the first case that %j equals after conversion', async (value, expected) => {
    expect(await linesOf(nodes(value), wires)).toEqual([expected]);
  });

  it('matches null with null only', async () => {
    const value = { v: 'Null' };
    const { w, ...rest } = nodes(0);
    const unset = { w: { ...w, with: {} }, ...rest, ...value };
    expect(await linesOf(unset, [...wires, 'v.value -> w.value'])).toEqual(['case3']);
  });

  it('ends the chain at a case without a wire', async () => {
    const only = { w: nodes('a').w, d: say('default') };
    expect(await linesOf(only, ['s -> w', 'w.default -> d'])).toEqual([]);
  });
});

describe('Sequence and fan-out', () => {
  const chains = { a: say('a'), a2: say('a2'), b: say('b'), c: say('c') };

  it('runs each chain to its end before the next, by the number of the output', async () => {
    const nodes = { q: 'Sequence', ...chains };
    const wires = ['s -> q', 'q.then10 -> c', 'q.then2 -> b', 'q.then0 -> a', 'a -> a2'];
    expect(await linesOf(nodes, wires)).toEqual(['a', 'a2', 'b', 'c']);
  });

  it('runs several wires of one output in the order of the wires', async () => {
    const wires = ['s -> c', 's -> a', 'a -> a2', 's -> b'];
    expect(await linesOf(chains, wires)).toEqual(['c', 'a', 'a2', 'b']);
  });

  it('lets branches join', async () => {
    const wires = ['s -> a', 's -> b', 'a -> c', 'b -> c'];
    expect(await linesOf(chains, wires)).toEqual(['a', 'c', 'b', 'c']);
  });

  it('stops at the first chain that fails', async () => {
    const nodes = { q: 'Sequence', a: say('a'), f: fail('no'), c: say('c') };
    const wires = ['s -> q', 'q.then0 -> a', 'q.then1 -> f', 'q.then2 -> c'];
    expect(await linesOf(nodes, wires)).toEqual(['a', 'failed: Error: no']);
  });
});

describe('ForEach', () => {
  const each = (collection: Json): Nodes => ({
    e: { type: 'ForEach', with: { collection } },
    l: 'Log',
    f: { type: 'Format', with: { template: '{i}={v}' } },
    i: { type: 'SetProperty', with: { key: 'i' } },
    v: { type: 'SetProperty', with: { key: 'v' } },
    d: say('done'),
  });
  const wires = [
    's -> e',
    'e.body -> l',
    'e.completed -> d',
    'f.result -> l.message',
    'v.object -> f.values',
    'i.object -> v.object',
    'e.index -> i.value',
    'e.item -> v.value',
  ];

  it('runs its body for each item, then what follows', async () => {
    expect(await linesOf(each(['x', { y: 1 }]), wires)).toEqual(['0=x', '1={"y":1}', 'done']);
  });

  it('takes null for an empty list, and text for an error', async () => {
    const nodes: Nodes = { ...each([]), e: 'ForEach' };
    const read = ['s.eventData -> p.object', 'p.value -> e.collection'];
    const withEvent = (event: Json) =>
      linesOf(
        { ...nodes, p: { type: 'GetProperty', with: { key: 'list' } } },
        [...wires, ...read],
        {
          event,
        },
      );
    expect(await withEvent(null)).toEqual(['done']);
    expect(await withEvent({ list: 'abc' })).toEqual([
      'failed: TypeError: Input pin \'collection\' of e expects array but got string "abc"',
    ]);
  });

  it('nests, and the inner loop starts anew each time', async () => {
    const nodes: Nodes = {
      a: { type: 'ForEach', with: { collection: [1, 2] } },
      b: { type: 'ForEach', with: { collection: ['x', 'y'] } },
      c: 'Concat',
      l: 'Log',
    };
    const nested = ['s -> a', 'a.body -> b', 'b.body -> l', 'a.item -> c.a', 'b.item -> c.b'];
    expect(await linesOf(nodes, [...nested, 'c.result -> l.message'])).toEqual([
      '1x',
      '1y',
      '2x',
      '2y',
    ]);
  });
});

describe('ForRange', () => {
  const range = (inputs: TestNode['with']) =>
    linesOf({ r: { type: 'ForRange', with: inputs ?? {} }, l: 'Log' }, [
      's -> r',
      'r.body -> l',
      'r.index -> l.message',
    ]);

  it.each([
    [{ end: 3 }, ['0', '1', '2']],
    [{ start: 5, end: 0, step: -2 }, ['5', '3', '1']],
    [{ start: 3, end: 3 }, []],
    [{ start: 1, end: 3, step: -1 }, []],
    [{ end: '2.9' }, ['0', '1']],
    [{ end: 3, step: 0 }, ['failed: RangeError: Step must not be 0']],
  ])('%j', async (inputs, expected) => {
    expect(await range(inputs)).toEqual(expected);
  });
});

/** Adds one to the variable n: `count` is its execution input. */
const counter: Nodes = {
  count: { type: 'SetVariable', with: { name: 'n' } },
  plus: { type: 'Add', with: { b: 1 } },
  n: { type: 'GetVariable', with: { name: 'n' } },
};
const counting = ['n.value -> plus.a', 'plus.result -> count.value'];
const n0: Record<string, [string, Json?]> = { n: ['integer', 0] };

describe('While', () => {
  it('reads its condition anew before each turn', async () => {
    const nodes: Nodes = {
      ...counter,
      w: 'While',
      less: { type: 'LessThan', with: { b: 3 } },
      l: 'Log',
      d: say('done'),
    };
    const wires = [
      ...counting,
      's -> w',
      'n.value -> less.a',
      'less.result -> w.condition',
      'w.body -> l',
      'n.value -> l.message',
      'l -> count',
      'w.completed -> d',
    ];
    expect(await linesOf(nodes, wires, { variables: n0 })).toEqual(['0', '1', '2', 'done']);
  });
});

describe('Break and Continue', () => {
  const loop: Nodes = {
    r: { type: 'ForRange', with: { end: 5 } },
    l: 'Log',
    b: 'Branch',
    eq: { type: 'Equal', with: { b: 2 } },
    d: say('done'),
  };
  const wires = [
    's -> r',
    'r.body -> b',
    'r.index -> eq.a',
    'eq.result -> b.condition',
    'b.false -> l',
    'r.index -> l.message',
    'r.completed -> d',
  ];

  it('Break leaves the loop, which then completes', async () => {
    const lines = await linesOf({ ...loop, x: 'Break' }, [...wires, 'b.true -> x']);
    expect(lines).toEqual(['0', '1', 'done']);
  });

  it('Continue goes on with the next turn', async () => {
    const lines = await linesOf({ ...loop, x: 'Continue' }, [...wires, 'b.true -> x']);
    expect(lines).toEqual(['0', '1', '3', '4', 'done']);
  });

  it('reach the innermost loop only, through Sequence, fan-out and TryCatch', async () => {
    const nodes: Nodes = {
      a: { type: 'ForEach', with: { collection: ['A', 'B'] } },
      r: { type: 'ForRange', with: { end: 9 } },
      q: 'Sequence',
      t: 'TryCatch',
      x: 'Break',
      never: say('never'),
      f: say('finally'),
      l: 'Log',
    };
    const nested = [
      's -> a',
      'a.body -> r',
      'r.body -> q',
      'q.then0 -> t',
      'q.then1 -> never',
      't.try -> x',
      't.finally -> f',
      'r.completed -> l',
      'a.item -> l.message',
    ];
    expect(await linesOf(nodes, nested)).toEqual(['finally', 'A', 'finally', 'B']);
  });

  it('work in ForEach and While alike', async () => {
    const nodes: Nodes = {
      e: { type: 'ForEach', with: { collection: [1, 2, 3] } },
      c: 'Continue',
      w: { type: 'While', with: { condition: true } },
      l: say('turn'),
      x: 'Break',
      d: say('done'),
    };
    const both = [
      's -> e',
      'e.body -> c',
      'e.completed -> w',
      'w.body -> l',
      'l -> x',
      'w.completed -> d',
    ];
    expect(await linesOf(nodes, both)).toEqual(['turn', 'done']);
  });
});

describe('TryCatch', () => {
  const message = { type: 'GetProperty', with: { object: {}, key: 'message' } };
  const nodes: Nodes = {
    t: 'TryCatch',
    a: say('try'),
    boom: { type: 'ThrowError', with: { message: 'boom', type: 'Oops' } },
    c: say('caught'),
    m: message,
    f: say('finally'),
    after: say('after'),
  };
  const wires = [
    's -> t',
    't.try -> a',
    't.catch -> c',
    't.finally -> f',
    't.error -> m.object',
    'm.value -> c.message',
  ];

  it('skips catch when nothing fails', async () => {
    expect(await linesOf(nodes, wires)).toEqual(['try', 'finally']);
  });

  it('gives the error to catch and then runs finally', async () => {
    expect(await linesOf(nodes, [...wires, 'a -> boom'])).toEqual(['try', 'boom', 'finally']);
  });

  it('tells message and type of the error, nothing else', async () => {
    const json = { j: 'StringifyJson' };
    const all = [
      's -> t',
      't.try -> boom',
      't.catch -> c',
      't.error -> j.value',
      'j.text -> c.message',
    ];
    expect(await linesOf({ ...nodes, ...json }, all)).toEqual(['{"message":"boom","type":"Oops"}']);
  });

  it('swallows the error when catch has no wire', async () => {
    expect(await linesOf(nodes, ['s -> t', 't.try -> boom', 't.finally -> f'])).toEqual([
      'finally',
    ]);
  });

  it('runs finally after an error in catch, and then raises that error', async () => {
    const again = fail('again');
    const all = ['s -> t', 't.try -> boom', 't.catch -> again', 't.finally -> f'];
    expect(await linesOf({ ...nodes, again }, all)).toEqual(['finally', 'failed: Error: again']);
  });

  it('lets an error in finally win', async () => {
    const all = ['s -> t', 't.try -> boom', 't.catch -> x', 't.finally -> y'];
    expect(await linesOf({ ...nodes, x: fail('catch'), y: fail('finally') }, all)).toEqual([
      'failed: Error: finally',
    ]);
  });

  it('lets a Break in finally win over an error, as JavaScript does', async () => {
    const loop: Nodes = {
      ...nodes,
      r: { type: 'ForRange', with: { end: 5 } },
      again: fail('again'),
      x: 'Break',
    };
    const all = ['s -> r', 'r.body -> t', 't.try -> boom', 't.catch -> again', 't.finally -> x'];
    expect(await linesOf(loop, [...all, 'r.completed -> after'])).toEqual(['after']);
  });

  it('catches what an inner TryCatch raises again', async () => {
    const inner: Nodes = {
      ...nodes,
      in: 'TryCatch',
      again: fail('inner'),
      fi: say('inner finally'),
    };
    const all = [
      ...wires.slice(0, 1),
      ...wires.slice(2),
      't.try -> in',
      'in.try -> boom',
      'in.catch -> again',
      'in.finally -> fi',
    ];
    expect(await linesOf(inner, all)).toEqual(['inner finally', 'inner', 'finally']);
  });

  it('catches errors of coercion, of pure nodes, of steps and of code', async () => {
    const failing: Nodes[] = [
      {
        a: { type: 'ForEach' },
        p: { type: 'GetProperty', with: { object: { x: 'y' }, key: 'x' } },
      },
      { a: 'Log', p: { type: 'Divide', with: { a: 1, b: 0 } } },
      { a: { type: 'HttpRequest', with: { url: 'http://x' } } },
      { a: { type: 'Code', properties: { source: 'throw new RangeError("mine")' } } },
      { a: { type: 'Code', properties: { source: 'null.x' } } },
    ];
    const extra = [['p.value -> a.collection'], ['p.result -> a.message'], [], [], []];
    const answers = { a: { ok: false, error: { type: 'HttpError', message: 'refused' } } as const };
    const caught = failing.map((part, i) =>
      linesOf({ ...nodes, ...part }, [...wires, ...(extra[i] ?? [])], { answers }),
    );
    expect((await Promise.all(caught)).map(([line]) => line)).toEqual([
      'Input pin \'collection\' of a expects array but got string "y"',
      'Division by zero',
      'refused',
      'mine',
      "cannot read property 'x' of null",
    ]);
  });

  it('goes on with the loop around it after an error', async () => {
    const loop: Nodes = { ...nodes, r: { type: 'ForRange', with: { end: 2 } } };
    const all = [...wires.slice(1), 's -> r', 'r.body -> t', 'a -> boom', 'r.completed -> after'];
    expect(await linesOf(loop, all)).toEqual([
      'try',
      'boom',
      'finally',
      'try',
      'boom',
      'finally',
      'after',
    ]);
  });
});

describe('cycles of execution', () => {
  const nodes: Nodes = {
    ...counter,
    b: 'Branch',
    less: { type: 'LessThan', with: { b: 100_000 } },
    l: 'Log',
  };
  const wires = [
    ...counting,
    's -> count',
    'count -> b',
    'n.value -> less.a',
    'less.result -> b.condition',
    'b.false -> l',
    'n.value -> l.message',
  ];

  it('turn 100,000 times without growing the stack', async () => {
    const options = { variables: n0, stackSize: 128 << 10 };
    expect(await linesOf(nodes, [...wires, 'b.true -> count'], options)).toEqual(['100000']);
  });

  it('turn 100,000 times through the last output of a Sequence', async () => {
    const options = { variables: n0, stackSize: 128 << 10 };
    const through = {
      ...nodes,
      q: 'Sequence',
      c: { type: 'Comment' },
      v: { type: 'SetVariable', with: { name: 'n' } },
    };
    const all = [...wires, 'b.true -> q', 'q.then0 -> v', 'n.value -> v.value', 'q.then1 -> count'];
    expect(await linesOf(through, all, options)).toEqual(['100000']);
  });

  it('turn many times through nodes that wait', async () => {
    const code = { type: 'Code', properties: { source: 'await null; return {}' } };
    const waiting = { ...nodes, less: { type: 'LessThan', with: { b: 5_000 } }, w: code };
    const options = { variables: n0, stackSize: 128 << 10 };
    const all = [...wires, 'b.true -> w', 'w -> count'];
    expect(await linesOf(waiting, all, options)).toEqual(['5000']);
  });

  it('that go back into the loop they are in end at a limit', async () => {
    const back: Nodes = { r: { type: 'ForRange', with: { end: 2 } } };
    expect(await linesOf(back, ['s -> r', 'r.body -> r'])).toEqual([
      'failed: RangeError: Chains nested deeper than 256 levels',
    ]);
  });
});

describe('deep graphs', () => {
  it('nest constructs up to the limit on a small stack', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `t${i}`);
    const nodes: Nodes = {
      ...Object.fromEntries(ids.map((id) => [id, 'TryCatch'])),
      boom: fail('deep'),
      l: say('out'),
    };
    const wires = [
      's -> t0',
      ...ids.slice(1).map((id, i) => `t${i}.try -> ${id}`),
      't199.try -> boom',
      't0.catch -> l',
      ...ids.slice(1).map((id) => `${id}.finally -> boom`),
    ];
    expect(await linesOf(nodes, wires, { stackSize: 128 << 10 })).toEqual(['out']);
  });

  it('evaluate a long chain of pure nodes on a small stack', async () => {
    const ids = Array.from({ length: 900 }, (_, i) => `a${i}`);
    const adds = Object.fromEntries(ids.map((id) => [id, { type: 'Add', with: { a: 0, b: 1 } }]));
    const wires = [
      's -> l',
      'a899.result -> l.message',
      ...ids.slice(1).map((id, i) => `a${i}.result -> ${id}.a`),
    ];
    expect(await linesOf({ ...adds, l: 'Log' }, wires, { stackSize: 128 << 10 })).toEqual(['900']);
  });

  it('evaluate a node that is read on many ways only once', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `a${i}`);
    const adds = Object.fromEntries(ids.map((id) => [id, 'Add']));
    const wires = ids
      .slice(1)
      .flatMap((id, i) => [`a${i}.result -> ${id}.a`, `a${i}.result -> ${id}.b`]);
    const nodes = { ...adds, a0: { type: 'Add', with: { a: 1, b: 0 } }, l: 'Log' };
    expect(await linesOf(nodes, [...wires, 's -> l', 'a59.result -> l.message'])).toEqual([
      String(2 ** 59),
    ]);
  });
});
