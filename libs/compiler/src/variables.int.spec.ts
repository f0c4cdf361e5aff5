import type { Json } from '@runnel/definitions';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

/** Runs a node on the variable `v`, three times in a loop, and gives the variable. */
async function changed(
  type: string,
  inputs: Record<string, Json>,
  declared: readonly [type: string, initial?: Json],
) {
  const graph = graphOf(
    {
      start: 'OnStart',
      loop: { type: 'ForRange', with: { end: 3 } },
      node: { type, with: { name: 'v', ...inputs } },
      get: { type: 'GetVariable', with: { name: 'v' } },
      out: 'RespondWith',
    },
    ['start -> loop', 'loop.body -> node', 'loop.completed -> out', 'get.value -> out.value'],
    { v: declared },
  );
  const outcome = await vm.runGraph(graph);
  return outcome.error ?? (outcome.output as { value: Json }).value;
}

describe('nodes that change variables', () => {
  it.each<[string, Record<string, Json>, readonly [string, Json?], Json]>([
    ['IncrementVariable', {}, ['integer', 1], 4],
    ['IncrementVariable', { amount: -0.5 }, ['float'], -1.5],
    ['IncrementVariable', { amount: 1.9 }, ['integer'], 3],
    ['IncrementVariable', { amount: 1 }, ['string', '5'], '8'],
    ['AppendToArray', { item: { a: 1 } }, ['array', [0]], [0, { a: 1 }, { a: 1 }, { a: 1 }]],
    ['AppendToString', { text: 7 }, ['string', '<'], '<777'],
  ])('%s %j', async (type, inputs, declared, expected) => {
    expect(await changed(type, inputs, declared)).toEqual(expected);
  });

  it.each<[string, readonly [string, Json?], string]>([
    ['IncrementVariable', ['array'], "Input pin 'name' of node expects float but got array"],
    ['AppendToArray', ['string'], "Variable 'v' holds string and no list"],
    ['AppendToString', ['integer', 1], "Variable 'v' holds integer and no text"],
  ])('%s refuses a variable of another kind', async (type, declared, message) => {
    expect(await changed(type, type === 'AppendToString' ? { text: 'x' } : {}, declared)).toEqual({
      type: 'TypeError',
      message,
      nodeId: 'node',
      code: 'COERCION_FAILED',
    });
  });

  it('give the new number, and leave what was read before as it was', async () => {
    const graph = graphOf(
      {
        start: 'OnStart',
        plus: { type: 'IncrementVariable', with: { name: 'n', amount: 2 } },
        keep: { type: 'SetVariable', with: { name: 'copy' } },
        list: { type: 'GetVariable', with: { name: 'list' } },
        add: { type: 'AppendToArray', with: { name: 'list', item: 1 } },
        copy: { type: 'GetVariable', with: { name: 'copy' } },
        out: { type: 'RespondWith', properties: { outputs: ['n', 'list', 'copy'] } },
      },
      [
        'start -> plus',
        'plus -> keep',
        'keep -> add',
        'add -> out',
        'list.value -> keep.value',
        'plus.newValue -> out.n',
        'list.value -> out.list',
        'copy.value -> out.copy',
      ],
      { n: ['integer', 1], list: ['array'], copy: ['array'] },
    );
    expect((await vm.runGraph(graph)).output).toEqual({ n: 3, list: [1], copy: [] });
  });
});
