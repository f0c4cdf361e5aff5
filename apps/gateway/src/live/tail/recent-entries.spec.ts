import type { LogEntry } from '@runnel/run-log';

import { RecentEntries } from './recent-entries';
import { roughSize } from './rough-size';

const entry = (seq: number, text = ''): LogEntry => ({
  kind: 'output',
  runId: `run_${seq % 2}`,
  project: 'prj_1',
  position: { shard: 0, seq },
  lines: [{ n: 0, kind: 'log', at: '', level: 'info', message: text }],
});
const seqs = (entries: readonly LogEntry[]): number[] =>
  entries.map(({ position }) => position.seq);

describe(RecentEntries, () => {
  it('says from where on it is complete', () => {
    const recent = new RecentEntries(10, { maxEntries: 3, maxBytes: 100_000 });
    expect(recent.from).toBe(10);
    for (let seq = 11; seq <= 20; seq += 1) recent.push(entry(seq));
    expect(recent.from).toBe(17);
    expect(seqs(recent.select(() => true))).toEqual([18, 19, 20]);
    expect(seqs(recent.ofRun('run_0'))).toEqual([18, 20]);
  });

  it('holds no more than so many bytes', () => {
    const recent = new RecentEntries(0, { maxEntries: 1_000, maxBytes: 10_000 });
    for (let seq = 1; seq <= 50; seq += 1) recent.push(entry(seq, 'x'.repeat(1_000)));
    expect(recent.size).toBeLessThanOrEqual(10);
    expect(recent.from).toBe(50 - recent.size);
  });

  it('lets go of an entry that is too large for it', () => {
    const recent = new RecentEntries(0, { maxEntries: 10, maxBytes: 1_000 });
    recent.push(entry(1, 'x'.repeat(5_000)));
    expect([recent.size, recent.from]).toEqual([0, 1]);
  });

  it('stays small over a long time', () => {
    const recent = new RecentEntries(0, { maxEntries: 5, maxBytes: 100_000 });
    for (let seq = 1; seq <= 20_000; seq += 1) recent.push(entry(seq));
    expect(seqs(recent.select(() => true))).toEqual([19_996, 19_997, 19_998, 19_999, 20_000]);
  });
});

describe(roughSize, () => {
  it('grows with the text in it and does not recurse', () => {
    expect(roughSize({ a: 'x'.repeat(1_000) })).toBeGreaterThan(1_000);
    let deep: unknown = null;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(roughSize(deep)).toBeGreaterThan(100_000);
  });
});
