import { isNestedDeeper } from './json-depth';

function deeper(value: unknown, max: number): boolean {
  return isNestedDeeper(Buffer.from(JSON.stringify(value)), max);
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

describe(isNestedDeeper, () => {
  it.each([
    [10, 10, false],
    [11, 10, true],
    [600, 512, true],
    [512, 512, false],
  ])('%i levels against %i: %s', (levels, max, expected) => {
    expect(deeper(nested(levels), max)).toBe(expected);
  });

  it('counts what is open at one time, not what was', () => {
    expect(
      deeper(
        Array.from({ length: 100 }, () => [[]]),
        3,
      ),
    ).toBe(false);
  });

  it('does not count brackets in strings', () => {
    expect(deeper(['['.repeat(50), '\\"[[[[', '"\\', '[['], 2)).toBe(false);
    expect(deeper({ ['{'.repeat(50)]: 'x'.repeat(50) }, 2)).toBe(false);
  });
});
