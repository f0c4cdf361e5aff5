import fc from 'fast-check';

import { binDurationMs, binnedPercentileMs, durationBin } from './duration-bins';

const durations = fc.integer({ min: 0, max: 2 ** 30 - 1 });

describe(durationBin, () => {
  it('is exact below 64 ms', () => {
    for (let ms = 0; ms < 64; ms += 1) expect(binDurationMs(durationBin(ms))).toBe(ms);
  });

  it('is at most 1.6 % off above', () => {
    fc.assert(
      fc.property(durations, (ms) => {
        expect(Math.abs(binDurationMs(durationBin(ms)) - ms)).toBeLessThanOrEqual(ms * 0.016);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never decreases as durations grow', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        expect(durationBin(Math.min(a, b))).toBeLessThanOrEqual(durationBin(Math.max(a, b)));
      }),
    );
  });

  it('takes what is negative, broken or longer than it knows', () => {
    expect(durationBin(-5)).toBe(0);
    expect(durationBin(3.9)).toBe(3);
    expect(durationBin(1e15)).toBe(durationBin(2 ** 30 - 1));
  });
});

describe(binnedPercentileMs, () => {
  it('is the nearest rank', () => {
    const bins = Array.from({ length: 60 }, (_, index) => ({ bin: 59 - index, count: 1 }));
    expect(binnedPercentileMs(bins, 0.95)).toBe(56);
    expect(binnedPercentileMs([{ bin: 7, count: 1 }], 0.95)).toBe(7);
    expect(
      binnedPercentileMs(
        [
          { bin: 1, count: 95 },
          { bin: 9, count: 5 },
        ],
        0.95,
      ),
    ).toBe(1);
    expect(
      binnedPercentileMs(
        [
          { bin: 1, count: 94 },
          { bin: 9, count: 6 },
        ],
        0.95,
      ),
    ).toBe(9);
  });

  it('is 0 of nothing', () => {
    expect(binnedPercentileMs([], 0.95)).toBe(0);
  });
});
