import type { Json } from '@runnel/definitions';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

const graph = graphOf(
  { at: { type: 'OnSchedule', properties: { schedule: '* * * * *' } }, say: 'Log' },
  ['at -> say', 'at.timestamp -> say.message'],
);
const run = (event: Json) => vm.runGraph(graph, { event });

describe('an On Schedule node', () => {
  it('gives the time at which its run was asked for', async () => {
    const { status, logs, values } = await run({
      timestamp: '2026-01-01T09:00:00.120Z',
      scheduledFor: '2026-01-01T09:00:00.000Z',
    });
    expect([status, values]).toEqual(['completed', []]);
    expect(logs.map(({ message }) => message)).toEqual(['2026-01-01T09:00:00.120Z']);
  });

  it.each([null, {}, { timestamp: null }, []])(
    'gives a recorded now where a manual run brings %j',
    async (event) => {
      const { status, logs, values } = await run(event);
      expect([status, values.map(({ kind }) => kind)]).toEqual(['completed', ['now']]);
      expect(logs.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ]);
    },
  );
});
