import type { GuestLibrary, RegexRanges, RegexTree } from './guest-types';

/**
 * Adds the parser of regular expressions to the library: JavaScript's syntax in its strict (u) form, without what cannot
 * be matched in linear time (look-around, back-references). Runs inside the VM.
 */
export function installRegexParser(lib: GuestLibrary): void {
  const MAX_PATTERN = 4096;
  const MAX_REPEAT = 1000;
  const MAX_DEPTH = 50;
  const MAX_CODE = 0x10ffff;
  const SYNTAX = '^$\\.*+?()[]{}|/';
  const CONTROLS: { readonly [char: string]: number } = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
  const DIGITS = [[48, 57]] as const;
  const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]] as const; // prettier-ignore
  const SPACE = [
    [9, 13], [32, 32], [160, 160], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029],
    [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
  ] as const; // prettier-ignore
  const CLASSES: { readonly [char: string]: RegexRanges } = { d: DIGITS, w: WORD, s: SPACE };
  lib.parseRegex = (pattern, nodeId) => {
    const chars = [...pattern];
    const names: [string, number][] = [];
    let at = 0;
    let groups = 1;
    let depth = 0;
    if (pattern.length > MAX_PATTERN) throw fail(`is longer than ${MAX_PATTERN} characters`);
    const tree = either();
    if (at < chars.length) throw fail("has a ')' too many");
    return lib.compileRegex({ tree, groups, names }, fail);

    function fail(problem: string) {
      const message = `The pattern ${problem}`;
      return lib.error('SyntaxError', message, nodeId, 'BAD_PATTERN');
    }

    function take(text: string): boolean {
      for (let i = 0; i < text.length; i += 1) if (chars[at + i] !== text[i]) return false;
      at += text.length;
      return true;
    }

    function either(): RegexTree {
      depth += 1;
      if (depth > MAX_DEPTH) throw fail(`is nested deeper than ${MAX_DEPTH} groups`);
      const items: RegexTree[] = [];
      do items.push(sequence());
      while (take('|'));
      depth -= 1;
      return items.length === 1 && items[0] ? items[0] : { kind: 'either', items };
    }

    function sequence(): RegexTree {
      const items: RegexTree[] = [];
      for (let char = chars[at]; char !== undefined; char = chars[at]) {
        if (char === '|' || char === ')') break;
        items.push(quantified(atom(char)));
      }
      return { kind: 'all', items };
    }

    function quantified(inner: RegexTree): RegexTree {
      const bounds = quantifier();
      if (bounds === undefined) return inner;
      if (inner.kind === 'assert') throw fail('repeats an assertion');
      const [least, most] = bounds;
      const isLazy = take('?');
      return { kind: 'repeat', inner, least, most, isLazy };
    }

    function quantifier(): [number, number] | undefined {
      if (take('*')) return [0, Infinity];
      if (take('+')) return [1, Infinity];
      if (take('?')) return [0, 1];
      if (!take('{')) return undefined;
      const least = count();
      const most = take(',') ? (chars[at] === '}' ? Infinity : count()) : least;
      if (!take('}') || most < least) throw fail('has a bad {…}');
      return [least, most];
    }

    function count(): number {
      let digits = '';
      for (; /^\d$/.test(chars[at] ?? ''); at += 1) digits += chars[at] ?? '';
      if (digits === '') throw fail('has a bad {…}');
      if (Number(digits) > MAX_REPEAT) throw fail(`repeats more than ${MAX_REPEAT} times`);
      return Number(digits);
    }

    function atom(char: string): RegexTree {
      at += 1;
      switch (char) {
        case '.':
          return { kind: 'any' };
        case '^':
          return { kind: 'assert', what: 'start' };
        case '$':
          return { kind: 'assert', what: 'end' };
        case '(':
          return group();
        case '[':
          return set();
        case '\\':
          return escaped();
        default:
          if (SYNTAX.includes(char) && char !== '/') {
            throw fail(
              `has a '${char}' that means nothing there; write \\${char} for the character`,
            );
          }
          return one(char.codePointAt(0) ?? 0);
      }
    }

    function one(code: number): RegexTree {
      return { kind: 'set', ranges: [[code, code]], isNegated: false };
    }

    function group(): RegexTree {
      let number = 0;
      if (take('?')) {
        if (take('<') && chars[at] !== '=' && chars[at] !== '!') {
          number = groups;
          names.push([groupName(), number]);
          groups += 1;
        } else if (!take(':')) throw fail('looks around, which is not supported');
      } else {
        number = groups;
        groups += 1;
      }
      const inner = either();
      if (!take(')')) throw fail("lacks a ')'");
      return number === 0 ? inner : { kind: 'group', number, inner };
    }

    function groupName(): string {
      let name = '';
      for (; at < chars.length && chars[at] !== '>'; at += 1) name += chars[at] ?? '';
      at += 1;
      const isTaken = names.some(([other]) => other === name);
      if (/^[A-Za-z_]\w{0,63}$/.test(name) && !lib.isForbidden(name) && !isTaken) return name;
      throw fail(`has a bad group name '${name.slice(0, 64)}'`);
    }

    function escaped(): RegexTree {
      if (take('b')) return { kind: 'assert', what: 'word' };
      if (take('B')) return { kind: 'assert', what: 'no-word' };
      if (/^[1-9k]$/.test(chars[at] ?? '')) throw fail('refers back, which is not supported');
      const { ranges, isNegated } = characters();
      return { kind: 'set', ranges, isNegated };
    }

    /** What stands after a backslash. */
    function characters(): { ranges: RegexRanges; isNegated: boolean } {
      const char = chars[at] ?? '';
      at += 1;
      const lower = char.toLowerCase();
      if ('dws'.includes(lower) && char !== '') {
        return { ranges: CLASSES[lower] ?? [], isNegated: char !== lower };
      }
      const code = Object.hasOwn(CONTROLS, char) ? CONTROLS[char] : codeOf(char);
      if (code === undefined || code > MAX_CODE) throw fail(`has a bad escape \\${char}`);
      return { ranges: [[code, code]], isNegated: false };
    }

    function codeOf(char: string): number | undefined {
      if (char === 'x') return hex(2);
      if (char === 'u') return take('{') ? braced() : hex(4);
      return char !== '' && (SYNTAX + '-').includes(char) ? char.codePointAt(0) : undefined;
    }

    function hex(length: number): number | undefined {
      const digits = chars.slice(at, at + length).join('');
      at += length;
      const isHex = digits.length === length && /^[0-9a-fA-F]+$/.test(digits);
      return isHex ? Number.parseInt(digits, 16) : undefined;
    }

    function braced(): number | undefined {
      const end = chars.indexOf('}', at);
      const length = end - at;
      if (end < 0 || length < 1 || length > 6) return undefined;
      const code = hex(length);
      at += 1;
      return code;
    }

    function set(): RegexTree {
      const isNegated = take('^');
      const ranges: (readonly [number, number])[] = [];
      while (!take(']')) {
        const first = member();
        const isRange = chars[at] === '-' && chars[at + 1] !== ']' && at + 1 < chars.length;
        if (!isRange) {
          ranges.push(...first);
          continue;
        }
        at += 1;
        const last = member();
        const [low] = first[0] ?? [0];
        const [high] = last[0] ?? [0];
        const isSingle = [first, last].every(([range, more]) => !more && range?.[0] === range?.[1]);
        if (!isSingle || low > high) throw fail('has a bad range in [ ]');
        ranges.push([low, high]);
      }
      return { kind: 'set', ranges, isNegated };
    }

    function member(): RegexRanges {
      const char = chars[at];
      if (char === undefined) throw fail("lacks a ']'");
      at += 1;
      if (char !== '\\') {
        const code = char.codePointAt(0) ?? 0;
        return [[code, code]];
      }
      if (take('b')) return [[8, 8]];
      const { ranges, isNegated } = characters();
      return isNegated ? complement(ranges) : ranges;
    }

    function complement(ranges: RegexRanges): RegexRanges {
      const gaps: [number, number][] = [];
      let from = 0;
      for (const [low, high] of ranges) {
        if (low > from) gaps.push([from, low - 1]);
        from = high + 1;
      }
      gaps.push([from, MAX_CODE]);
      return gaps;
    }
  };
}
