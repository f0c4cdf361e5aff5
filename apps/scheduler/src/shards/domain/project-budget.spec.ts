import { ProjectBudget, shareOf } from './project-budget';

describe(ProjectBudget, () => {
  it('has room for so many runs of each project, each counted once', () => {
    const budget = new ProjectBudget(2);
    budget.take('a', 'run_1');
    budget.take('a', 'run_1');
    expect(budget.hasRoom('a')).toBe(true);
    budget.take('a', 'run_2');
    expect([budget.hasRoom('a'), budget.hasRoom('b')]).toEqual([false, true]);
    expect(budget.release('run_1')).toBe('a');
    expect(budget.release('run_1')).toBeUndefined();
    expect(budget.hasRoom('a')).toBe(true);
  });

  it('has room for all where there is no limit', () => {
    const budget = new ProjectBudget(0);
    for (let n = 0; n < 1_000; n += 1) budget.take('a', `run_${n}`);
    expect(budget.hasRoom('a')).toBe(true);
  });
});

describe(shareOf, () => {
  it.each([
    [512, 1, 512],
    [512, 4, 128],
    [16, 3, 5],
    [2, 4, 1],
    [0, 4, 0],
  ])('of %d over %d shards is %d', (limit, shards, share) => {
    expect(shareOf(limit, shards)).toBe(share);
  });
});
