export interface JsonLimits {
  readonly depth: number;
  readonly size: number;
}

/**
 * Which limit `value` breaks, walking it without recursion and stopping at the first breach. `size` is
 * counted in UTF-16 units of its JSON text, escapes left out.
 */
export function brokenLimit(value: unknown, limits: JsonLimits): 'depth' | 'size' | undefined {
  const pending: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  let size = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    size += sizeOfScalar(next.value);
    if (size > limits.size) return 'size';
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth > limits.depth) return 'depth';
    for (const [key, child] of Object.entries(next.value)) {
      size += Array.isArray(next.value) ? 1 : key.length + 4;
      pending.push({ value: child, depth: next.depth + 1 });
    }
  }
  return undefined;
}

function sizeOfScalar(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  return typeof value === 'object' && value !== null ? 2 : 5;
}

/** True when a value from parsed JSON respects the limits. */
export function isBoundedJson(value: unknown, limits: JsonLimits): boolean {
  return brokenLimit(value, limits) === undefined;
}
