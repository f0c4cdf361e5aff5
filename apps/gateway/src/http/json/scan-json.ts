/** What a text of JSON looks like before anything parses it. */
export interface JsonScan {
  /** Deepest nesting of objects and arrays; scanning stops just above the limit. */
  readonly depth: number;
  /** A key that occurs twice in one object. */
  readonly duplicateKey?: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/**
 * Depth and, if asked for, duplicate keys of a JSON text, in one pass over its characters and without
 * recursion. The text need not be valid: whoever parses it will say so.
 */
export function scanJson(text: string, maxDepth: number, findDuplicates: boolean): JsonScan {
  const keys: (Set<string> | undefined)[] = [];
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      const duplicate = findDuplicates ? duplicateAt(text, at, end, keys[depth]) : undefined;
      if (duplicate !== undefined) return { depth: deepest, duplicateKey: duplicate };
      at = end;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (depth > maxDepth) return { depth };
      if (findDuplicates) keys[depth] = char === OPEN_BRACE ? new Set() : undefined;
    } else if ((char === CLOSE_BRACE || char === CLOSE_BRACKET) && depth > 0) {
      depth -= 1;
    }
  }
  return { depth: deepest };
}

/** Index of the closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at += 1;
    else if (char === QUOTE) return at;
  }
  return text.length;
}

/** The key between the quotes, if it is a key (a colon follows) and its object has it already. */
function duplicateAt(
  text: string,
  start: number,
  end: number,
  keys: Set<string> | undefined,
): string | undefined {
  if (!keys) return undefined;
  let next = end + 1;
  while (text.charCodeAt(next) <= SPACE) next += 1;
  if (text.charCodeAt(next) !== COLON) return undefined;
  const key = text.slice(start + 1, end);
  // "\u0061" and "a" are the same key; a text that is no JSON is refused by its parser.
  const name = key.includes('\\') ? unescaped(key) : key;
  if (keys.has(name)) return name;
  keys.add(name);
  return undefined;
}

function unescaped(key: string): string {
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return key; // not JSON: the parser that follows says what is wrong
  }
}
