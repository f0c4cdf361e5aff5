import type { Json } from '@runnel/definitions';

/**
 * JSON data as a JavaScript literal, the only way user text enters a program. Safe in any script: line separators and what could end a
 * script element are escaped, and a `__proto__` key stays an ordinary key.
 */
export function literal(value: Json): string {
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(literal).join(', ')}]`;
  const entries = Object.entries(value).map(([key, child]) => `${keyOf(key)}: ${literal(child)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function keyOf(key: string): string {
  return key === '__proto__' ? `["__proto__"]` : textLiteral(key);
}

function textLiteral(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('</', '<\\/')
    .replaceAll('<!--', '\\u003c!--');
}

/** A text of several lines as a literal that shows them one by one, indented by `indent`. */
export function sourceLiteral(text: string, indent: string): string {
  const lines = text.split('\n');
  if (lines.length === 1) return textLiteral(text);
  const items = lines.map((line) => `${indent}  ${textLiteral(line)},`);
  return ['[', ...items, `${indent}].join("\\n")`].join('\n');
}
