import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

/** All nodes that draw from the clock or chance, read twice. */
const graph = graphOf(
  {
    start: 'OnStart',
    random: { type: 'Random', with: { max: 1000 } },
    uuid: 'Uuid',
    now: 'Now',
    late: { type: 'Expression', properties: { expression: 'now()' } },
    list: { type: 'Map', with: { array: [1, 2], expression: 'now()' } },
    log: { type: 'Log', with: { message: 'once' } },
    out: { type: 'RespondWith', properties: { outputs: ['a', 'b', 'c', 'd', 'e'] } },
  },
  [
    'start -> log',
    'log -> out',
    'random.result -> out.a',
    'uuid.value -> out.b',
    'now.value -> out.c',
    'late.result -> out.d',
    'list.result -> out.e',
  ],
);

describe('nodes that draw from the clock or chance', () => {
  it('see the recorded values again, and none besides', async () => {
    const vm = new GuestVm();
    try {
      const first = await vm.runGraph(graph);
      expect(first.values.map(({ key, kind }) => [key, kind])).toEqual([
        ['random:0', 'random'],
        ['uuid:0', 'uuid'],
        ['now:0', 'now'],
        ['late:0', 'now'],
        ['list:0', 'now'],
        ['list:1', 'now'],
      ]);
      const values = Object.fromEntries(
        first.values.map(({ key, kind }, i) => {
          const other = { random: 0.5, uuid: 'recorded', now: 1_600_000_000_000 + i };
          return [key, other[kind as 'now']];
        }),
      );
      const again = await vm.runGraph(graph, { values });
      expect(again.output).toEqual({
        a: 500,
        b: 'recorded',
        c: '2020-09-13T12:26:40.002Z',
        d: '2020-09-13T12:26:40.003Z',
        e: ['2020-09-13T12:26:40.004Z', '2020-09-13T12:26:40.005Z'],
      });
      expect(again.values.map(({ key }) => key)).toEqual(first.values.map(({ key }) => key));
    } finally {
      await vm.close();
    }
  });
});
