import type { RunPolicy } from './events';
import { MAX_RETRY_DELAY_MS, retryDelayMs } from './retry-delay';

const policy = (overrides: Partial<RunPolicy['retry']> = {}): RunPolicy['retry'] => ({
  strategy: 'exponential',
  baseMs: 1000,
  maxMs: MAX_RETRY_DELAY_MS,
  jitter: 0,
  ...overrides,
});
const delays = (retry: RunPolicy['retry'], tries = 4): number[] =>
  Array.from({ length: tries }, (_, n) => retryDelayMs(retry, n + 1, 0.5));

describe(retryDelayMs, () => {
  it('doubles: 1, 2, 4, 8 seconds', () => {
    expect(delays(policy())).toEqual([1000, 2000, 4000, 8000]);
  });

  it('grows by the base: linear', () => {
    expect(delays(policy({ strategy: 'linear', baseMs: 3000 }))).toEqual([
      3000, 6000, 9000, 12_000,
    ]);
  });

  it('stays as it is: fixed', () => {
    expect(delays(policy({ strategy: 'fixed', baseMs: 5000 }))).toEqual([5000, 5000, 5000, 5000]);
  });

  it('follows a list of which the last repeats: custom', () => {
    const delaysMs = [7000, 2000, 9000];
    expect(delays(policy({ strategy: 'custom', delaysMs }), 5)).toEqual([
      7000, 2000, 9000, 9000, 9000,
    ]);
  });

  it('falls back to the base where a custom list is missing', () => {
    expect(delays(policy({ strategy: 'custom', baseMs: 4000 }), 2)).toEqual([4000, 4000]);
  });

  it('never waits less than a second, unless the policy caps lower', () => {
    expect(retryDelayMs(policy({ baseMs: 10 }), 1, 0.5)).toBe(1000);
    expect(retryDelayMs(policy({ baseMs: 10, maxMs: 50 }), 1, 0.5)).toBe(50);
  });

  it('never plans more than the cap of the policy, or an hour', () => {
    expect(retryDelayMs(policy({ maxMs: 5000 }), 9, 0.5)).toBe(5000);
    expect(retryDelayMs(policy({ maxMs: 9e9 }), 10_000, 0.5)).toBe(3_600_000);
  });

  it.each([
    [0, 8000],
    [0.25, 9000],
    [0.5, 10_000],
    [0.75, 11_000],
  ])('varies by a fifth either way: drawn %d of 10 s gives %d ms', (random, expected) => {
    const retry = policy({ strategy: 'fixed', baseMs: 10_000, jitter: 0.2 });
    expect(retryDelayMs(retry, 1, random)).toBe(expected);
  });

  it('honours what the other side asked for, up to the cap, without varying it', () => {
    const retry = policy({ maxMs: 60_000, jitter: 0.2 });
    expect(retryDelayMs(retry, 1, 0, 20_000)).toBe(20_000);
    expect(retryDelayMs(retry, 1, 0, 90_000)).toBe(60_000);
  });

  it('does not shorten its own delay to what the other side asked for', () => {
    expect(retryDelayMs(policy({ strategy: 'fixed', baseMs: 9000 }), 1, 0.5, 2000)).toBe(9000);
  });
});
