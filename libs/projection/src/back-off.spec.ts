import { backOffMs, pause } from './back-off';

describe(backOffMs, () => {
  it('doubles from 100 ms to 30 s', () => {
    const waits = [1, 2, 3, 9, 10, 1_000].map((failures) => backOffMs(failures, 0));
    expect(waits).toEqual([100, 200, 400, 25_600, 30_000, 30_000]);
  });

  it('is shortened by up to half by chance', () => {
    expect(backOffMs(2, 1)).toBe(100);
    expect(backOffMs(2, 0.5)).toBe(150);
  });
});

describe(pause, () => {
  it('ends at once, without an error, when the signal fires', async () => {
    const stop = new AbortController();
    const waited = pause(60_000, stop.signal);
    stop.abort();
    await expect(waited).resolves.toBeUndefined();
    await expect(pause(60_000, stop.signal)).resolves.toBeUndefined();
  });
});
