/** A key with the time at which somebody must look at it. */
interface Due {
  readonly key: string;
  readonly at: number;
}

/**
 * Keys ordered by due time: a binary heap in which a key that is set again or removed leaves its old
 * entry behind, to be dropped when it comes up. Setting and taking cost O(log n), also for a million keys.
 */
export class DueQueue {
  private readonly heap: Due[] = [];
  private readonly current = new Map<string, Due>();

  get size(): number {
    return this.current.size;
  }

  /** Sets when `key` is due (ms since the epoch), replacing what was set before. */
  set(key: string, at: number): void {
    const due = { key, at };
    this.current.set(key, due);
    this.heap.push(due);
    this.siftUp(this.heap.length - 1);
    if (this.heap.length > 64 && this.heap.length > this.current.size * 2) this.rebuild();
  }

  remove(key: string): void {
    this.current.delete(key);
  }

  /** Takes the next key that is due at `now`, or undefined when none is. */
  takeDue(now: number): string | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      const live = this.current.get(top.key) === top;
      if (live && top.at > now) return undefined;
      this.pop();
      if (!live) continue;
      this.current.delete(top.key);
      return top.key;
    }
    return undefined;
  }

  private rebuild(): void {
    const live = [...this.current.values()].sort((a, b) => a.at - b.at);
    this.heap.splice(0, this.heap.length, ...live);
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.siftDown(0);
  }

  private siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.at(parent) <= this.at(index)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  private siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = index * 2 + 1;
      const right = left + 1;
      let least = index;
      if (left < this.heap.length && this.at(left) < this.at(least)) least = left;
      if (right < this.heap.length && this.at(right) < this.at(least)) least = right;
      if (least === index) return;
      this.swap(index, least);
      index = least;
    }
  }

  private at(index: number): number {
    return this.heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  private swap(a: number, b: number): void {
    const first = this.heap[a];
    const second = this.heap[b];
    if (first === undefined || second === undefined) return;
    this.heap[a] = second;
    this.heap[b] = first;
  }
}
