import fc from 'fast-check';

import { mergeOutcomes } from './deployment-outcomes';

const time = (n: number): string => new Date(Date.UTC(2026, 2, 1, 0, 0, n)).toISOString();
const NOTHING = { lastSuccessAt: undefined, failures: [] };

/** What one would count by hand: the failures after the last success. */
const count = (ends: readonly (readonly [second: number, ok: boolean])[]) => {
  const last = Math.max(-1, ...ends.filter(([, ok]) => ok).map(([second]) => second));
  return ends.filter(([second, ok]) => !ok && second > last).length;
};

describe(mergeOutcomes, () => {
  it('comes to the same count however shards are interleaved', () => {
    const ends = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.boolean(), fc.nat({ max: 3 })),
      { selector: ([second]) => second, maxLength: 60 },
    );
    fc.assert(
      fc.property(ends, (drawn) => {
        const byShard = [0, 1, 2, 3].map((shard) =>
          drawn.filter((end) => end[2] === shard).sort((a, b) => a[0] - b[0]),
        );
        const merged = byShard
          .flat()
          .map(([second, ok]) =>
            ok
              ? { lastSuccessAt: time(second), failures: [] }
              : {
                  lastSuccessAt: undefined,
                  failures: [{ at: time(second), requestedAt: time(second) }],
                },
          )
          .reduce(mergeOutcomes, NOTHING);
        expect(merged.failures).toHaveLength(count(drawn.map(([second, ok]) => [second, ok])));
      }),
    );
  });

  it('keeps no more failures than a breaker can ask for, the newest', () => {
    const failures = Array.from({ length: 90 }, (_, n) => ({ at: time(n), requestedAt: time(n) }));
    const more = failures.map((_, n) => ({ at: time(90 + n), requestedAt: time(90 + n) }));
    const merged = mergeOutcomes({ ...NOTHING, failures }, { ...NOTHING, failures: more });
    expect(merged.failures).toHaveLength(100);
    expect(merged.failures.at(-1)).toEqual(more.at(-1));
  });
});
