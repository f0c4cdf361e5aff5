/**
 * Durations are counted in bins: one per millisecond below 64 ms, from there 32 per doubling. A percentile
 * read from them is exact below 64 ms and at most 1.6 % off above.
 */

const EXACT_BELOW = 64;
const EXACT_BITS = 6;
const PER_DOUBLING_BITS = 5;
const PER_DOUBLING = 2 ** PER_DOUBLING_BITS;

/** Longest duration that is told apart: about 12 days. */
const LONGEST_MS = 2 ** 30 - 1;

/** The bin of a duration in ms. */
export function durationBin(ms: number): number {
  const whole = Math.min(LONGEST_MS, Math.max(0, Math.floor(ms)));
  if (whole < EXACT_BELOW) return whole;
  const exponent = 31 - Math.clz32(whole);
  const within = (whole >>> (exponent - PER_DOUBLING_BITS)) - PER_DOUBLING;
  return EXACT_BELOW + (exponent - EXACT_BITS) * PER_DOUBLING + within;
}

/** The duration in ms that stands for a bin: its middle. */
export function binDurationMs(bin: number): number {
  if (bin < EXACT_BELOW) return bin;
  const doubling = Math.floor((bin - EXACT_BELOW) / PER_DOUBLING);
  const within = (bin - EXACT_BELOW) % PER_DOUBLING;
  const width = 2 ** (doubling + EXACT_BITS - PER_DOUBLING_BITS);
  return (PER_DOUBLING + within) * width + Math.floor(width / 2);
}

/** The nearest-rank percentile (`share` 0 to 1) of binned durations, in ms; 0 of none. */
export function binnedPercentileMs(
  bins: readonly { readonly bin: number; readonly count: number }[],
  share: number,
): number {
  const sorted = [...bins].sort((a, b) => a.bin - b.bin);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  const rank = Math.ceil(share * total);
  let seen = 0;
  for (const { bin, count } of sorted) {
    seen += count;
    if (seen >= rank && count > 0) return binDurationMs(bin);
  }
  return 0;
}
