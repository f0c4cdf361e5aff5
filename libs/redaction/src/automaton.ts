/** Part of a text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds many texts in one pass (Aho and Corasick, 1975): the time is linear in what is searched, however the
 * texts look, so that nobody can slow a search down by what they store or send.
 */
export class Automaton {
  // Most nodes have one child: it lies in two arrays, further ones in a map.
  private readonly firstCode: number[] = [-1];
  private readonly firstChild: number[] = [0];
  private readonly more: (Map<number, number> | undefined)[] = [undefined];
  private readonly fallback: number[] = [0];
  /** Length of the longest text that ends at a node; 0 when none does. */
  private readonly longest: number[] = [0];

  constructor(texts: Iterable<string>) {
    for (const text of texts) this.add(text);
    this.link();
  }

  /** Everything covered by an occurrence of one of the texts, in order; spans that touch are one. */
  find(text: string): readonly Span[] {
    const spans: Span[] = [];
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      node = this.step(node, text.charCodeAt(at));
      const length = this.longest[node] ?? 0;
      if (length > 0) cover(spans, { start: at + 1 - length, end: at + 1 });
    }
    return spans;
  }

  private add(text: string): void {
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      node = this.child(node, code) ?? this.grow(node, code);
    }
    this.longest[node] = text.length;
  }

  private grow(parent: number, code: number): number {
    const node = this.longest.length;
    this.firstCode.push(-1);
    this.firstChild.push(0);
    this.more.push(undefined);
    this.fallback.push(0);
    this.longest.push(0);
    if (this.firstCode[parent] === -1) {
      this.firstCode[parent] = code;
      this.firstChild[parent] = node;
    } else {
      const map = this.more[parent] ?? new Map<number, number>();
      this.more[parent] = map.set(code, node);
    }
    return node;
  }

  private child(node: number, code: number): number | undefined {
    return this.firstCode[node] === code ? this.firstChild[node] : this.more[node]?.get(code);
  }

  private step(from: number, code: number): number {
    let node = from;
    for (;;) {
      const next = this.child(node, code);
      if (next !== undefined) return next;
      if (node === 0) return 0;
      node = this.fallback[node] ?? 0;
    }
  }

  /** Breadth first: where to go on from when a text does not continue as hoped. */
  private link(): void {
    const queue = this.childrenOf(0).map(([, child]) => child);
    for (let at = 0; at < queue.length; at += 1) {
      const node = queue[at] ?? 0;
      for (const [code, child] of this.childrenOf(node)) {
        const fallback = this.step(this.fallback[node] ?? 0, code);
        this.fallback[child] = fallback;
        this.longest[child] = Math.max(this.longest[child] ?? 0, this.longest[fallback] ?? 0);
        queue.push(child);
      }
    }
  }

  private childrenOf(node: number): readonly (readonly [code: number, child: number])[] {
    const code = this.firstCode[node] ?? -1;
    if (code === -1) return [];
    return [[code, this.firstChild[node] ?? 0], ...(this.more[node] ?? [])];
  }
}

/** Ends only grow, so a new span can swallow earlier ones, but never be swallowed. */
function cover(spans: Span[], found: Span): void {
  let { start } = found;
  for (let last = spans.at(-1); last !== undefined && last.end >= start; last = spans.at(-1)) {
    start = Math.min(start, last.start);
    spans.pop();
  }
  spans.push({ start, end: found.end });
}
