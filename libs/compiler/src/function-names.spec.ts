import { functionNames } from './function-names';

const namesOf = (ids: readonly string[]) => [...functionNames(ids).values()];

describe(functionNames, () => {
  it('keeps ids that are names already', () => {
    expect(namesOf(['node_1', 'http', 'Node'])).toEqual(['node_1', 'node_http', 'node_Node']);
  });

  it('makes harmless and different names of anything else', () => {
    const ids = ['a b', 'a-b', 'a_b', 'a_b__2', '){evil(', '', '\u2028', '💥', 'x'.repeat(100)];
    const names = namesOf(ids);
    expect(new Set(names).size).toBe(ids.length);
    for (const name of names) expect(name).toMatch(/^node_\w{0,48}$/);
  });
});
