import type { ExpressionToken, GuestLibrary } from './guest-types';

/** Adds to the library what cuts an expression (B.6) into words and signs. Runs inside the VM, and in the compiler. */
export function installExpressionLexer(lib: GuestLibrary): void {
  const PUNCTUATION =
    '=== !== ** => == != <= >= && || ?? ?. ( ) [ ] { } , : ? . + - * / % < > !'.split(' ');
  const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
  const NAME = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
  const ESCAPES: { readonly [char: string]: string } = { n: '\n', r: '\r', t: '\t', 0: '\0' };

  lib.lexExpression = (text, fail) => {
    const tokens: ExpressionToken[] = [];
    let position = 0;
    for (let token = next(); token.kind !== 'end'; token = next()) tokens.push(token);
    return tokens;

    function next(): ExpressionToken {
      while (position < text.length && ' \t\r\n'.includes(text.charAt(position))) position += 1;
      const at = position;
      if (at >= text.length) return { kind: 'end', text: '', at };
      const char = text.charAt(at);
      if (char === '"' || char === "'") return { kind: 'string', text: quoted(char), at };
      const number = char === '.' || (char >= '0' && char <= '9') ? match(NUMBER) : '';
      if (number !== '') return { kind: 'number', text: number, at };
      const name = char >= '$' ? match(NAME) : '';
      if (name !== '') return { kind: 'name', text: name, at };
      return { kind: 'mark', text: sign(at), at };
    }

    function sign(at: number): string {
      const found = PUNCTUATION.find((mark) => text.startsWith(mark, at));
      if (found === undefined) throw fail(`Unexpected '${text.charAt(at)}'`, at);
      // `a ?.5 : b` chooses, as it does in JavaScript.
      const isChoice = found === '?.' && /\d/.test(text.charAt(at + 2));
      position += isChoice ? 1 : found.length;
      return isChoice ? '?' : found;
    }

    function match(pattern: RegExp): string {
      pattern.lastIndex = position;
      const found = pattern.exec(text)?.[0] ?? '';
      position += found.length;
      return found;
    }

    function quoted(quote: string): string {
      const start = position;
      let result = '';
      for (position += 1; position < text.length; position += 1) {
        const char = text.charAt(position);
        if (char === quote) {
          position += 1;
          return result;
        }
        if (char === '\\') result += escape();
        else result += char;
      }
      throw fail('A text does not end', start);
    }

    function escape(): string {
      position += 1;
      const char = text.charAt(position);
      if (char !== 'u') return ESCAPES[char] ?? char;
      const digits = text.slice(position + 1, position + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw fail('\\u needs four hex digits', position);
      position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
  };
}
