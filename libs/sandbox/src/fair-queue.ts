/** A queue in which each owner's items keep their order and the owners take turns. */
export class FairQueue<T> {
  private readonly lines = new Map<string, T[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(owner: string, item: T): void {
    this.line(owner).push(item);
    this.count += 1;
  }

  /** Puts an item before the others of its owner: it has waited before. */
  putBack(owner: string, item: T): void {
    this.line(owner).unshift(item);
    this.count += 1;
  }

  /** The item that `shift` would take; undefined when the queue is empty. */
  peek(): T | undefined {
    return this.lines.values().next().value?.[0];
  }

  /** Takes the next item of the owner whose turn it is; undefined when the queue is empty. */
  shift(): T | undefined {
    const turn = this.lines.entries().next().value;
    if (turn === undefined) return undefined;
    const [owner, line] = turn;
    this.lines.delete(owner);
    const item = line.shift();
    if (line.length > 0) this.lines.set(owner, line); // to the end: it has had its turn
    this.count -= 1;
    return item;
  }

  /** Takes one item out; false when it is not there. */
  remove(owner: string, item: T): boolean {
    const line = this.lines.get(owner);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return false;
    line.splice(at, 1);
    if (line.length === 0) this.lines.delete(owner);
    this.count -= 1;
    return true;
  }

  /** Takes everything out. */
  drain(): T[] {
    const items = [...this.lines.values()].flat();
    this.lines.clear();
    this.count = 0;
    return items;
  }

  private line(owner: string): T[] {
    let line = this.lines.get(owner);
    if (line === undefined) {
      line = [];
      this.lines.set(owner, line);
    }
    return line;
  }
}
