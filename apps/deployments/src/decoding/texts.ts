import { z } from 'zod';

/** Control characters are never meant in a line, and Postgres refuses NUL anywhere. */
const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;

/** Half a character is lost as soon as it is written as UTF-8: what is read back is not what was sent. */
const isWhole = (text: string): boolean => text.isWellFormed();
const HALF = 'must not contain half a character (a lone surrogate)';

/** A line of text, blanks around it removed, with 1 to `maximum` characters. */
export function line(maximum: number) {
  return z
    .string()
    .trim()
    .min(1, 'is required')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine((text) => !hasControl(text), 'must not contain control characters')
    .refine(isWhole, HALF);
}

/** Any text of at most `maximum` characters; line breaks are welcome. */
export function prose(maximum: number) {
  return z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    .refine((text) => !text.includes('\0'), 'must not contain NUL characters')
    .refine(isWhole, HALF);
}

/** An id as a client sent it: not yet known to be well-formed, but short. */
export const anyId = z.string().max(256, 'is too long');

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (isControl(text.charCodeAt(at))) return true;
  return false;
}
