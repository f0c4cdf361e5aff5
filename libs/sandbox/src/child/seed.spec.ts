import { seedOf } from './seed';

describe(seedOf, () => {
  it('is the same for the same text and four other numbers for the next', () => {
    expect(seedOf('run_1')).toEqual(seedOf('run_1'));
    const [first, second] = [seedOf('run_1'), seedOf('run_2')];
    first.forEach((part, at) => expect(part).not.toBe(second[at]));
  });

  it('gives unsigned 32-bit numbers that differ from each other', () => {
    const parts = seedOf('run_01j9zzzzzzzzzzzzzzzzzzzzzz');
    expect(new Set(parts).size).toBe(4);
    for (const part of parts) expect(part).toBe(part >>> 0);
  });
});
