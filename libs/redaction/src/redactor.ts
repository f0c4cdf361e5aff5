import { Automaton } from './automaton';
import { formsOf } from './secret-forms';

/** Any JSON value. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stands where a secret stood. */
const MASK = '***';
/** A shorter text cannot be masked without tearing innocent ones; secrets of this length and more are. */
export const MIN_SECRET_CHARS = 4;
/** What is nested deeper is not searched: it is masked as a whole. */
const MAX_DEPTH = 600;

/**
 * Replaces every occurrence of the given secrets by `***`, in texts and in JSON, keys included. What it cannot see:
 * a secret that was cut in pieces, reversed, hashed or encrypted.
 */
export class Redactor {
  private readonly automaton: Automaton | undefined;

  /** @param secrets those under 4 characters are ignored */
  constructor(secrets: Iterable<string>) {
    const long = [...secrets].filter(({ length }) => length >= MIN_SECRET_CHARS);
    this.automaton =
      long.length === 0
        ? undefined
        : new Automaton(new Set(long.flatMap((secret) => [...formsOf(secret)])));
  }

  /** True when there is nothing to look for. */
  get isIdle(): boolean {
    return this.automaton === undefined;
  }

  /** The text with `***` where a secret was. */
  text(text: string): string {
    const spans = this.automaton?.find(text) ?? [];
    if (spans.length === 0) return text;
    let result = '';
    let end = 0;
    for (const span of spans) {
      result += text.slice(end, span.start) + MASK;
      end = span.end;
    }
    return result + text.slice(end);
  }

  /** A copy with every text in it redacted; the value itself when there is nothing to look for. */
  json<T extends Json>(value: T): T {
    return this.automaton === undefined ? value : (this.copy(value, 0) as T);
  }

  private copy(value: Json, depth: number): Json {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return MASK;
    if (Array.isArray(value)) return value.map((item: Json) => this.copy(item, depth + 1));
    // fromEntries defines properties, so that a key `__proto__` stays a key.
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), this.copy(item, depth + 1)]),
    );
  }

  /** A secret of digits may have been converted to a number on its way. */
  private number(value: number): Json {
    const text = String(value);
    const redacted = this.text(text);
    return redacted === text ? value : redacted;
  }
}

/** For runs without secrets: everything stays as it is. */
export const NO_REDACTION = new Redactor([]);
