import { ExecutorWatch } from './executor-watch';

const LEASE_MS = 15_000;

describe(ExecutorWatch, () => {
  it('declares an executor dead once it has been silent for longer than the lease', () => {
    const watch = new ExecutorWatch(LEASE_MS);
    watch.heard('exe_a', 0);
    expect(watch.deadAmong(['exe_a'], LEASE_MS)).toEqual([]);
    expect(watch.deadAmong(['exe_a'], LEASE_MS + 1)).toEqual(['exe_a']);
  });

  it('gives an executor it never heard of a whole lease from the first look', () => {
    const watch = new ExecutorWatch(LEASE_MS);
    expect(watch.deadAmong(['exe_a'], 100_000)).toEqual([]);
    for (let now = 101_000; now <= 100_000 + LEASE_MS; now += 1_000) {
      expect(watch.deadAmong(['exe_a'], now)).toEqual([]);
    }
    expect(watch.deadAmong(['exe_a'], 100_001 + LEASE_MS)).toEqual(['exe_a']);
  });

  it('blames no executor for the time in which this process itself slept', () => {
    const watch = new ExecutorWatch(LEASE_MS);
    watch.heard('exe_a', 0);
    watch.deadAmong(['exe_a'], 1_000);
    expect(watch.deadAmong(['exe_a'], 60_000)).toEqual([]);
  });

  it('blames no executor for the time in which the connection was lost', () => {
    const watch = new ExecutorWatch(LEASE_MS);
    watch.heard('exe_a', 0);
    watch.pardonAll(LEASE_MS);
    expect(watch.deadAmong(['exe_a'], LEASE_MS + 2_000)).toEqual([]);
  });
});
