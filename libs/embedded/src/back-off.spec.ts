import { BackOff } from './back-off';

describe(BackOff, () => {
  it('doubles the wait from 250 ms to at most 10 s', () => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 8 }, () => backOff.next(0));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it('begins again after thirty calm seconds, not before', () => {
    const backOff = new BackOff();
    backOff.next(0);
    backOff.next(0);
    expect(backOff.next(29_999)).toBe(1_000);
    expect(backOff.next(30_000)).toBe(250);
  });
});
