import fc from 'fast-check';

import { DueQueue } from './due-queue';

function drain(queue: DueQueue, now: number): string[] {
  const taken: string[] = [];
  for (let key = queue.takeDue(now); key !== undefined; key = queue.takeDue(now)) taken.push(key);
  return taken;
}

describe(DueQueue, () => {
  it('gives keys in the order of their due times, and none that is not due', () => {
    const queue = new DueQueue();
    queue.set('late', 30);
    queue.set('early', 10);
    queue.set('middle', 20);
    expect(drain(queue, 25)).toEqual(['early', 'middle']);
    expect(queue.size).toBe(1);
  });

  it('goes by the time a key was last set to', () => {
    const queue = new DueQueue();
    queue.set('a', 10);
    queue.set('a', 50);
    expect(drain(queue, 20)).toEqual([]);
    expect(drain(queue, 50)).toEqual(['a']);
  });

  it('never gives a key that was removed', () => {
    const queue = new DueQueue();
    queue.set('a', 10);
    queue.remove('a');
    expect(drain(queue, 100)).toEqual([]);
  });

  it('behaves like a sorted map under any sequence of operations', () => {
    const key = fc.constantFrom(...'abcdefgh');
    const operation = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, at: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ do: fc.constant('remove' as const), key, at: fc.constant(0) }),
      fc.record({ do: fc.constant('take' as const), key, at: fc.integer({ min: 0, max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const queue = new DueQueue();
        const model = new Map<string, number>();
        for (const { do: what, key: name, at } of operations) {
          if (what === 'set') {
            queue.set(name, at);
            model.set(name, at);
          } else if (what === 'remove') {
            queue.remove(name);
            model.delete(name);
          } else {
            const earliest = Math.min(...model.values());
            const taken = queue.takeDue(at);
            if (earliest > at) expect(taken).toBeUndefined();
            else expect(model.get(taken ?? '')).toBe(earliest);
            if (taken !== undefined) model.delete(taken);
          }
          expect(queue.size).toBe(model.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});
