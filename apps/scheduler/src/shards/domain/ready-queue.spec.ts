import { ReadyQueue } from './ready-queue';

describe(ReadyQueue, () => {
  it('gives larger priorities first and keeps the order within one', () => {
    const queue = new ReadyQueue();
    queue.add('low-1', 0);
    queue.add('high', 10);
    queue.add('low-2', 0);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
      'high',
      'low-1',
      'low-2',
      undefined,
    ]);
  });

  it('keeps the place of a run that is added again', () => {
    const queue = new ReadyQueue();
    queue.add('first', 5);
    queue.add('second', 5);
    queue.add('first', 5);
    expect(queue.size).toBe(2);
    expect(queue.take()).toBe('first');
  });

  it('forgets a run that is removed', () => {
    const queue = new ReadyQueue();
    queue.add('gone', 3);
    queue.remove('gone');
    expect(queue.take()).toBeUndefined();
  });

  it('takes a priority outside 0 to 10 for the nearest inside', () => {
    const queue = new ReadyQueue();
    queue.add('ten', 10);
    queue.add('hundred', 100);
    queue.add('negative', -4);
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['ten', 'hundred', 'negative']);
  });
});
