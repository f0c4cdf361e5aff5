import type { JsonObject } from '@runnel/definitions';
import type { GuestLibrary, RegexPart, RegexProgram } from './guest-types';

/**
 * Adds a matcher of regular expressions to the library whose time is proportional to the length of the text, whatever the
 * pattern (Thompson's algorithm as Pike extended it): all ways through the pattern are followed side by
 * side, so there is nothing to go back to and no pattern that explodes. Runs inside the VM.
 */
export function installRegex(lib: GuestLibrary): void {
  /** Parts and characters of all patterns that are kept. */
  const MAX_CACHED = 20000;
  const LINE_ENDS = [10, 13, 0x2028, 0x2029];
  type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean };
  /** A way through the pattern: where it is, and where the groups began and ended. */
  type Thread = { readonly at: number; readonly slots: readonly number[] };
  const cache = new Map<string, RegexProgram>();

  let cached = 0;

  lib.regex = (pattern, flags, nodeId) => {
    if (!/^[ims]{0,3}$/.test(flags)) {
      throw lib.error('SyntaxError', 'Flags are i, m and s only', nodeId, 'BAD_PATTERN');
    }
    const known = cache.get(pattern);
    const program = known ?? lib.parseRegex(pattern, nodeId);
    if (known === undefined) {
      const size = program.parts.length + pattern.length;
      cached += size;
      if (cached > MAX_CACHED) {
        cache.clear();
        cached = size;
      }
      cache.set(pattern, program);
    }
    const has = { i: flags.includes('i'), m: flags.includes('m'), s: flags.includes('s') };
    const prefix = has.i ? '' : literalPrefix(program.parts);
    return { match: (text, from) => search(program, has, prefix, text, from) };
  };

  /** The text that every match starts with, to skip to. */
  function literalPrefix(parts: readonly RegexPart[]): string {
    let prefix = '';
    for (const part of parts.slice(1)) {
      const [range, more] = part.op === 'set' && !part.isNegated ? part.ranges : [];
      if (range === undefined || more !== undefined || range[0] !== range[1]) break;
      prefix += String.fromCodePoint(range[0]);
    }
    return prefix;
  }

  function search(program: RegexProgram, flags: Flags, prefix: string, text: string, from: number) {
    const { parts } = program;
    const empty: readonly number[] = Array<number>(program.groups * 2).fill(-1);
    /** The step in which each part was last reached: a part is followed once per character. */
    const reached = new Int32Array(parts.length).fill(-1);
    let threads: Thread[] = [];
    let found: readonly number[] | undefined;
    let at = from;
    for (let step = 0; at <= text.length; step += 1) {
      if (threads.length === 0) {
        if (found !== undefined) break;
        at = text.indexOf(prefix, at);
        if (at < 0) break;
      }
      // A match may begin here, too, but is less preferred than those that have begun.
      if (found === undefined) advance(threads, { at: 0, slots: empty }, step, at);
      const code = text.codePointAt(at);
      const width = code !== undefined && code > 0xffff ? 2 : 1;
      const next: Thread[] = [];
      for (const thread of threads) {
        const part = parts[thread.at];
        if (part?.op === 'match') {
          found = thread.slots;
          break; // the ways after this one are less preferred
        }
        if (code === undefined || part === undefined || !accepts(part, code, flags)) continue;
        advance(next, { at: thread.at + 1, slots: thread.slots }, step + 1, at + width);
      }
      threads = next;
      at += width;
    }
    return found === undefined ? null : matchOf(program, text, found);

    /** Adds the ways from `thread` on, in order of preference, up to the parts that take a character. */
    function advance(list: Thread[], thread: Thread, step: number, place: number): void {
      const pending: Thread[] = [thread];
      for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
        if (reached[way.at] === step) continue;
        reached[way.at] = step;
        const part = parts[way.at];
        const { slots } = way;
        if (part === undefined) continue;
        if (part.op === 'jump') pending.push({ at: part.to, slots });
        else if (part.op === 'fork') {
          pending.push({ at: part.second, slots }, { at: part.first, slots });
        } else if (part.op === 'save') {
          const saved = slots.slice();
          saved[part.slot] = place;
          pending.push({ at: way.at + 1, slots: saved });
        } else if (part.op === 'assert') {
          if (holds(part.what, text, place, flags)) pending.push({ at: way.at + 1, slots });
        } else list.push(way);
      }
    }
  }

  function matchOf(program: RegexProgram, text: string, slots: readonly number[]) {
    const groups = Array.from({ length: program.groups }, (_, i) => {
      const [start = -1, end = -1] = slots.slice(i * 2, i * 2 + 2);
      return start < 0 || end < 0 ? null : text.slice(start, end);
    });
    const named: JsonObject = Object.fromEntries(
      program.names.map(([name, number]) => [name, groups[number] ?? null]),
    );
    return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups, named };
  }

  function accepts(part: RegexPart, code: number, flags: Flags): boolean {
    if (part.op === 'any') return flags.s || !LINE_ENDS.includes(code);
    if (part.op !== 'set') return false;
    return includes(part.ranges, code, flags.i) !== part.isNegated;
  }

  function includes(
    ranges: readonly (readonly [number, number])[],
    code: number,
    ignoresCase: boolean,
  ): boolean {
    for (const [low, high] of ranges) if (code >= low && code <= high) return true;
    if (!ignoresCase) return false;
    const char = String.fromCodePoint(code);
    return [char.toLowerCase(), char.toUpperCase()].some((other) => {
      const folded = other.codePointAt(0) ?? 0;
      const isOne = other.length === (folded > 0xffff ? 2 : 1);
      return isOne && folded !== code && includes(ranges, folded, false);
    });
  }

  function holds(what: string, text: string, at: number, flags: Flags): boolean {
    if (what === 'start') {
      return at === 0 || (flags.m && LINE_ENDS.includes(text.charCodeAt(at - 1)));
    }
    if (what === 'end') {
      return at === text.length || (flags.m && LINE_ENDS.includes(text.charCodeAt(at)));
    }
    const isBorder = isWord(text, at - 1) !== isWord(text, at);
    return isBorder === (what === 'word');
  }

  function isWord(text: string, at: number): boolean {
    return /^\w$/.test(text.charAt(at));
  }
}
