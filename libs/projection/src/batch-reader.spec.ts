import type { LogEntry } from '@runnel/run-log';
import { waitFor } from '@runnel/testing';

import { BatchReader } from './batch-reader';

/** A source that a test feeds by hand. */
class Feed implements AsyncIterable<readonly LogEntry[]> {
  private readonly waiting: ((list: readonly LogEntry[] | Error | undefined) => void)[] = [];
  private readonly lists: (readonly LogEntry[] | Error | undefined)[] = [];
  taken = 0;
  returned = false;

  give(list: readonly LogEntry[] | Error | undefined): void {
    const taker = this.waiting.shift();
    if (taker) taker(list);
    else this.lists.push(list);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly LogEntry[]> {
    try {
      for (;;) {
        const list =
          this.lists.length > 0
            ? this.lists.shift()
            : await new Promise<readonly LogEntry[] | Error | undefined>((r) =>
                this.waiting.push(r),
              );
        if (list === undefined) return;
        if (list instanceof Error) throw list;
        this.taken += list.length;
        yield list;
      }
    } finally {
      this.returned = true;
    }
  }
}

function entries(from: number, to: number): LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    kind: 'output',
    runId: 'run_1',
    project: 'prj_1',
    position: { shard: 0, seq: from + index },
    lines: [],
  }));
}

const seqs = (batch: readonly LogEntry[] | undefined) => batch?.map(({ position }) => position.seq);

describe(BatchReader, () => {
  it('gives what has arrived, in order, and cuts it at the largest size', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 3, intervalMs: 0 });
    feed.give(entries(1, 2));
    expect(seqs(await reader.next())).toEqual([1, 2]);
    feed.give(entries(3, 9));
    expect(seqs(await reader.next())).toEqual([3, 4, 5]);
    expect(seqs(await reader.next())).toEqual([6, 7, 8]);
    expect(seqs(await reader.next())).toEqual([9]);
    feed.give(undefined);
    expect(await reader.next()).toBeUndefined();
  });

  it('answers a quiet log at once and gathers under load', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 10, intervalMs: 40 });
    feed.give(entries(1, 1));
    const first = performance.now();
    expect(seqs(await reader.next())).toEqual([1]);
    feed.give(entries(2, 2));
    const second = reader.next();
    await waitFor(() => feed.taken === 2, { what: 'the second to arrive' });
    feed.give(entries(3, 3));
    expect(seqs(await second)).toEqual([2, 3]);
    expect(performance.now() - first).toBeGreaterThanOrEqual(35);
  });

  it('does not wait once a batch is full', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 2, intervalMs: 60_000 });
    feed.give(entries(1, 1));
    await reader.next();
    const full = reader.next();
    feed.give(entries(2, 2));
    feed.give(entries(3, 3));
    expect(seqs(await full)).toEqual([2, 3]);
  });

  it('reads no more than two batches ahead', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 2, intervalMs: 0 });
    for (let seq = 1; seq <= 20; seq += 1) feed.give(entries(seq, seq));
    let given = (await reader.next())?.length ?? 0;
    await waitFor(() => feed.taken >= 4, { what: 'reading ahead' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(feed.taken).toBeLessThanOrEqual(6);
    while (given < 20) given += (await reader.next())?.length ?? 0;
    expect(feed.taken).toBe(20);
  });

  it('gives what came before an error, then throws it', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 10, intervalMs: 60_000 });
    feed.give(entries(1, 1));
    await reader.next();
    feed.give(entries(2, 3));
    feed.give(new Error('undecodable'));
    expect(seqs(await reader.next())).toEqual([2, 3]);
    await expect(reader.next()).rejects.toThrow('undecodable');
  });

  it('lets go of its source when it is closed while it holds it back', async () => {
    const feed = new Feed();
    const reader = new BatchReader(feed, { maxEntries: 1, intervalMs: 0 });
    for (let seq = 1; seq <= 9; seq += 1) feed.give(entries(seq, seq));
    await waitFor(() => feed.taken >= 2, { what: 'the source to be held back' });
    reader.close();
    await waitFor(() => feed.returned, { what: 'the source to be let go' });
  });
});
