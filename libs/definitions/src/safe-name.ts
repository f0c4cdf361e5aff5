const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True for the property names that reach into JavaScript's object model instead of the data (B.6). */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name);
}

/** Longest id, pin name or variable name, in UTF-16 units. Ids become journal keys, so they stay short. */
export const MAX_NAME_LENGTH = 128;

/** Why `name` cannot name a node, pin or variable; undefined when it can. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'must be a non-empty string';
  if (name.length > MAX_NAME_LENGTH) return `must have at most ${MAX_NAME_LENGTH} characters`;
  if (isForbiddenName(name)) return `must not be '${name}'`;
  if (hasControlCharacter(name)) return 'must not hold control characters';
  // Half a character is lost as soon as it is written as UTF-8, and two different names become one.
  return name.isWellFormed() ? undefined : 'must not hold half a character (a lone surrogate)';
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
