import { HeadWatch } from './head-watch';

function watchOf(heads: number[]) {
  const clock = { now: 0 };
  const log = { shards: heads.length, lastSequence: async (shard: number) => heads[shard] ?? 0 };
  return { clock, heads, log, watch: new HeadWatch(log, () => clock.now) };
}

describe(HeadWatch, () => {
  it('tells for how long the log has been past a position', async () => {
    const { clock, heads, watch } = watchOf([10, 0]);
    await watch.sample();
    clock.now = 5_000;
    heads[0] = 20;
    await watch.sample();
    clock.now = 9_000;
    await watch.sample();
    expect(watch.head(0)).toBe(20);
    expect(watch.lagSeconds(0, 20)).toBe(0);
    expect(watch.lagSeconds(0, 15)).toBe(4);
    expect(watch.lagSeconds(0, 10)).toBe(4);
    expect(watch.lagSeconds(0, 9)).toBe(9);
    expect(watch.lagSeconds(1, 0)).toBe(0);
  });

  it('knows nothing, and no lag, before it has looked', () => {
    const { watch } = watchOf([10]);
    expect(watch.head(0)).toBe(0);
    expect(watch.lagSeconds(0, 0)).toBe(0);
  });

  it('keeps what it knows while the log does not answer', async () => {
    const { clock, log, watch } = watchOf([10]);
    await watch.sample();
    log.lastSequence = () => Promise.reject(new Error('away'));
    clock.now = 3_000;
    await watch.sample();
    expect(watch.lagSeconds(0, 4)).toBe(3);
  });

  it('remembers half an hour of a log that never rests', async () => {
    const { clock, heads, watch } = watchOf([0]);
    for (let second = 0; second < 4_000; second += 1) {
      clock.now = second * 1_000;
      heads[0] = second;
      await watch.sample();
    }
    expect(watch.lagSeconds(0, 3_990)).toBe(8);
    expect(watch.lagSeconds(0, 0)).toBe(1_799);
  });
});
