import { waitFor } from '@runnel/testing';

import type { WorkItem, WorkQueue } from '../work-queue.port';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const textOfItem = (item: WorkItem): string => Buffer.from(item.data).toString('utf8');

/** What every implementation of the dispatch queue promises. */
export function describeWorkQueue(name: string, open: () => Promise<WorkQueue>): void {
  describe(`WorkQueue (${name})`, () => {
    let queue: WorkQueue;

    beforeEach(async () => {
      queue = await open();
    });
    afterEach(() => queue.close());

    it('hands each item to one of two consumers', async () => {
      const taken: string[] = [];
      const take = (item: WorkItem): void => {
        taken.push(textOfItem(item));
        item.ack();
      };
      await queue.consume('graph', take, { maxItems: 10 });
      await queue.consume('graph', take, { maxItems: 10 });
      const items = Array.from({ length: 200 }, (_, n) => `item ${n}`);
      await Promise.all(items.map((item) => queue.publish('graph', 'default', bytes(item))));
      await waitFor(() => taken.length >= 200, { what: '200 items' });
      expect([...taken].sort()).toEqual([...items].sort());
      await waitFor(async () => (await queue.depth()) === 0, { what: 'an empty queue' });
    });

    it('holds no more unsettled items than a consumer asked for', async () => {
      const held: WorkItem[] = [];
      await queue.consume('graph', (item) => void held.push(item), { maxItems: 5 });
      for (let n = 0; n < 12; n += 1) await queue.publish('graph', 'default', bytes(`${n}`));
      await waitFor(() => held.length === 5, { what: 'five items' });
      expect(await queue.depth()).toBe(12);
      for (const item of held.splice(0)) item.ack();
      await waitFor(() => held.length === 5, { what: 'five more' });
      for (const item of held.splice(0)) item.ack();
      await waitFor(() => held.length === 2, { what: 'the last two' });
    });

    it('hands an item out again that was given back, later if told so', async () => {
      const seen: [string, boolean, number][] = [];
      await queue.consume(
        'graph',
        (item) => {
          seen.push([textOfItem(item), item.redelivered, performance.now()]);
          if (seen.length === 1) item.nak();
          else if (seen.length === 2) item.nak(150);
          else item.ack();
        },
        { maxItems: 1 },
      );
      await queue.publish('graph', 'default', bytes('again'));
      await waitFor(() => seen.length === 3, { what: 'three deliveries' });
      expect(seen.map(([text, again]) => [text, again])).toEqual([
        ['again', false],
        ['again', true],
        ['again', true],
      ]);
      expect((seen[2]?.[2] ?? 0) - (seen[1]?.[2] ?? 0)).toBeGreaterThan(100);
    });

    it('settles an item once, whatever is said of it after', async () => {
      const seen: WorkItem[] = [];
      for (const text of ['one', 'two', 'three']) {
        await queue.publish('graph', 'default', bytes(text));
      }
      await queue.consume('graph', (item) => void seen.push(item), { maxItems: 1 });
      await waitFor(() => seen.length === 1, { what: 'the first' });
      seen[0]?.ack();
      seen[0]?.nak();
      seen[0]?.ack();
      await waitFor(() => seen.length === 2, { what: 'the second' });
      for (let asked = 0; asked < 5; asked += 1) expect(await queue.depth()).toBe(2);
      expect(seen).toHaveLength(2); // it holds one, as it asked for, although the first was settled thrice
      seen[1]?.ack();
      await waitFor(() => seen.length === 3, { what: 'the third' });
      seen[2]?.ack();
      await waitFor(async () => (await queue.depth()) === 0, { what: 'an empty queue' });
      expect(seen).toHaveLength(3);
    });

    it('keeps kinds of work apart', async () => {
      const graphs: string[] = [];
      await queue.publish('job', 'default', bytes('job'));
      await queue.consume(
        'graph',
        (item) => {
          graphs.push(textOfItem(item));
          item.ack();
        },
        { maxItems: 10 },
      );
      await queue.publish('graph', 'default', bytes('graph'));
      await waitFor(() => graphs.length === 1, { what: 'the graph' });
      expect(graphs).toEqual(['graph']);
      await waitFor(async () => (await queue.depth()) === 1, { what: 'only the job to be left' });
    });

    it('hands nothing more to a consumer that was stopped', async () => {
      const taken: string[] = [];
      const consumer = await queue.consume(
        'graph',
        (item) => {
          taken.push(textOfItem(item));
          item.ack();
        },
        { maxItems: 10 },
      );
      await queue.publish('graph', 'default', bytes('before'));
      await waitFor(() => taken.length === 1, { what: 'the first' });
      await consumer.stop();
      await queue.publish('graph', 'default', bytes('after'));
      const others: string[] = [];
      await queue.consume('graph', (item) => void others.push(textOfItem(item)), { maxItems: 10 });
      await waitFor(() => others.length === 1, { what: 'the second, at another' });
      expect(taken).toEqual(['before']);
    });

    it('refuses a queue name that could reach other subjects', async () => {
      for (const name of ['', '*', 'a.b', '>']) {
        await expect(
          (async () => queue.publish('graph', name, bytes('x')))(),
        ).rejects.toMatchObject({ code: 'INVALID_QUEUE' });
      }
    });
  });
}
