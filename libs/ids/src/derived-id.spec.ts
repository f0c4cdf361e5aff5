import { derivedId } from './derived-id';
import { isId, newId } from './ids';

const AT = Date.parse('2026-03-01T09:00:00Z');

describe(derivedId, () => {
  it('is the same for the same facts, another for every other', () => {
    const id = derivedId('run', AT, ['dep_1', 'node_1']);
    expect(derivedId('run', AT, ['dep_1', 'node_1'])).toBe(id);
    const others = [
      derivedId('run', AT + 1, ['dep_1', 'node_1']),
      derivedId('run', AT, ['dep_2', 'node_1']),
      derivedId('run', AT, ['dep_1', 'node_2']),
      derivedId('run', AT, ['dep_1node_1']),
      derivedId('run', AT, ['dep_1', 'node_1', '']),
    ];
    expect(new Set([id, ...others]).size).toBe(6);
  });

  it('is a well-formed id that sorts by time among the others', () => {
    const early = derivedId('run', AT, ['a']);
    expect(isId('run', early)).toBe(true);
    expect(derivedId('run', AT + 1, ['a']) > early).toBe(true);
    expect(newId('run') > early).toBe(true);
  });
});
