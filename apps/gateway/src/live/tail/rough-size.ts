/** What a name, a number or a pair of braces counts for. */
const PIECE = 12;

/** Roughly how many bytes a JSON value takes: strings by their length, everything else as a few bytes. No recursion. */
export function roughSize(root: unknown): number {
  const open: unknown[] = [root];
  let size = 0;
  while (open.length > 0) {
    const value = open.pop();
    size += PIECE;
    if (typeof value === 'string') size += value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value)) open.push(child);
    }
  }
  return size;
}
