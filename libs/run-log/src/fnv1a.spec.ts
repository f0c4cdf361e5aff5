import { fnv1a } from './fnv1a';

describe('fnv1a', () => {
  // Published test vectors of the 32-bit FNV-1a hash; runs lie where these say, so they never change.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is the published value', (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });

  it('spreads neighbouring run ids evenly over four shards', () => {
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 4_000; n += 1) {
      const shard = fnv1a(`run_01jzk5m8v2f3qtc6x9w4d${String(n).padStart(5, '0')}`) % 4;
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
