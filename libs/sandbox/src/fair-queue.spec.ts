import { FairQueue } from './fair-queue';

function queueOf(...items: readonly (readonly [owner: string, item: string])[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const [owner, item] of items) queue.push(owner, item);
  return queue;
}

/** Takes the item whose turn it is: the tests' items begin with their owner. */
function shift(queue: FairQueue<string>): string | undefined {
  return queue.take(queue.peek()?.[0] ?? '');
}

function takeAll(queue: FairQueue<string>): string[] {
  const taken: string[] = [];
  for (let item = shift(queue); item !== undefined; item = shift(queue)) taken.push(item);
  return taken;
}

describe(FairQueue, () => {
  it('lets owners take turns, and keeps the order of each', () => {
    const queue = queueOf(
      ['a', 'a1'],
      ['a', 'a2'],
      ['a', 'a3'],
      ['b', 'b1'],
      ['c', 'c1'],
      ['c', 'c2'],
    );
    expect(queue.size).toBe(6);
    expect(takeAll(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(queue.size).toBe(0);
  });

  it('a late owner does not wait for the backlog of another', () => {
    const queue = queueOf(...Array.from({ length: 100 }, (_, n) => ['a', `a${n}`] as const));
    shift(queue);
    queue.push('b', 'b1');
    expect([shift(queue), shift(queue)]).toContain('b1');
  });

  it('shows what comes next without taking it', () => {
    const queue = queueOf(['a', 'a1'], ['b', 'b1']);
    expect([queue.peek(), queue.peek(), shift(queue), queue.peek()]).toEqual([
      'a1',
      'a1',
      'a1',
      'b1',
    ]);
    expect(new FairQueue().peek()).toBeUndefined();
  });

  it('passes over an owner that may not have more, and leaves it its place', () => {
    const queue = queueOf(['a', 'a1'], ['b', 'b1'], ['a', 'a2'], ['b', 'b2']);
    expect(queue.peek((owner) => owner !== 'a')).toBe('b1');
    expect(queue.peek(() => false)).toBeUndefined();
    queue.take('b');
    expect(takeAll(queue)).toEqual(['a1', 'b2', 'a2']);
  });

  it('puts back before the others of the same owner', () => {
    const queue = queueOf(['a', 'a2'], ['a', 'a3']);
    queue.putBack('a', 'a1');
    expect(takeAll(queue)).toEqual(['a1', 'a2', 'a3']);
  });

  it('removes one, and tells whether it was there', () => {
    const queue = queueOf(['a', 'a1'], ['b', 'b1']);
    expect([queue.remove('a', 'a1'), queue.remove('a', 'a1'), queue.remove('b', 'a1')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([queue.size, takeAll(queue)]).toEqual([1, ['b1']]);
  });

  it('gives everything away at once', () => {
    const queue = queueOf(['a', 'a1'], ['b', 'b1']);
    expect(queue.drain()).toEqual(['a1', 'b1']);
    expect(queue.size).toBe(0);
  });
});
