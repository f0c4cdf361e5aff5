import { durabilityOf } from './durability';

describe(durabilityOf, () => {
  it.each([
    [1, 'always', 'fsync'],
    [3, 'always', 'fsync'],
    [1, 'interval', 'interval'],
    [2, 'interval', 'interval'],
    [3, 'interval', 'replicated'],
    [5, undefined, 'replicated'],
    [1, undefined, 'interval'],
  ] as const)('of %p copies on servers said to sync %p is %s', (replicas, sync, durability) => {
    expect(durabilityOf(replicas, sync)).toBe(durability);
  });
});
