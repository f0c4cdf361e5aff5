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

  /** The next item of the first owner in turn that may have one; undefined when there is none. */
  peek(may: (owner: string) => boolean = anyOwner): T | undefined {
    for (const [owner, line] of this.lines) if (may(owner)) return line[0];
    return undefined;
  }

  /** Takes the next item of an owner, who goes to the end of those who take turns. */
  take(owner: string): T | undefined {
    const line = this.lines.get(owner);
    if (line === undefined) return undefined;
    this.lines.delete(owner);
    const item = line.shift();
    if (line.length > 0) this.lines.set(owner, line);
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

function anyOwner(): boolean {
  return true;
}
