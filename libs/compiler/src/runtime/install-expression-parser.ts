import type { Json } from '@runnel/definitions';
import type { ExpressionPart, ExpressionToken, GuestLibrary } from './guest-types';

/**
 * Adds the parser of the expression language (B.6) to the library. Runs inside the VM, and in the compiler, so
 * that an expression is refused before a run for the same reasons as in one.
 */
export function installExpressionParser(lib: GuestLibrary): void {
  const MAX_LENGTH = 65536;
  const MAX_PARTS = 10000;
  const MAX_DEPTH = 100;
  /** Each of them takes several levels of the engine's small stack when it runs. */
  const MAX_FUNCTIONS = 20;
  /** Characters of all expressions that are kept; each part of a program has at least one. */
  const MAX_CACHED = 131072;
  const EACH = ['filter', 'map', 'find', 'reduce'];
  const RANKS: { readonly [operator: string]: number } = {
    '??': 1,
    '||': 2,
    '&&': 3,
    '==': 4,
    '!=': 4,
    '<': 5,
    '<=': 5,
    '>': 5,
    '>=': 5,
    '+': 6,
    '-': 6,
    '*': 7,
    '/': 7,
    '%': 7,
    '**': 8,
  };
  const SHORT: { readonly [operator: string]: 'keep-present' | 'keep-true' | 'keep-false' } = {
    '??': 'keep-present',
    '||': 'keep-true',
    '&&': 'keep-false',
  };
  /** Fewest and most arguments. */
  const ARITIES = new Map<string, readonly [number, number]>([
    ...'len lower upper trim floor ceil abs keys values int float str bool json'
      .split(' ')
      .map((name) => [name, [1, 1]] as const),
    ['contains', [2, 2]],
    ['split', [2, 2]],
    ['join', [1, 2]],
    ['round', [1, 2]],
    ['min', [1, 100]],
    ['max', [1, 100]],
    ['now', [0, 0]],
  ]);
  const cache = new Map<string, ReturnType<GuestLibrary['parseExpression']>>();

  let cached = 0;

  lib.parseExpression = (text, nodeId) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_LENGTH) {
      const message = `An expression may have at most ${MAX_LENGTH} characters`;
      throw lib.error('SyntaxError', message, nodeId, 'EXPRESSION_SYNTAX');
    }
    const program = parse(text, nodeId);
    cached += text.length;
    if (cached > MAX_CACHED) {
      cache.clear();
      cached = text.length;
    }
    cache.set(text, program);
    return program;
  };

  function parse(text: string, nodeId: string) {
    const scopes: (readonly string[])[] = [];
    const names = new Set<string>();
    let parts: ExpressionPart[] = [];
    let count = 0;
    let depth = 0;
    let position = 0;
    const tokens = lib.lexExpression(text, fail);
    let token = next();
    expression();
    if (token.kind !== 'end') throw unexpected();
    return { parts, names: [...names] };

    function fail(message: string, at: number) {
      const where = `${message} at character ${at + 1} of the expression`;
      return lib.error('SyntaxError', where, nodeId, 'EXPRESSION_SYNTAX');
    }

    function unexpected() {
      const found = token.kind === 'end' ? 'end' : `'${token.text.slice(0, 40)}'`;
      return fail(`Unexpected ${found}`, token.at);
    }

    function next(): ExpressionToken {
      position += 1;
      return tokens[position - 1] ?? { kind: 'end', text: '', at: text.length };
    }

    function isMark(sign: string): boolean {
      return token.kind === 'mark' && token.text === sign;
    }

    function take(sign: string): boolean {
      if (!isMark(sign)) return false;
      token = next();
      return true;
    }

    function expect(sign: string): void {
      if (!take(sign)) throw unexpected();
    }

    function add(part: ExpressionPart): number {
      count += 1;
      if (count > MAX_PARTS) throw fail(`More than ${MAX_PARTS} parts`, token.at);
      return parts.push(part) - 1;
    }

    /** Lets the jump at `place` lead to here. */
    function land(place: number): void {
      const jump = parts[place];
      if (jump !== undefined) parts[place] = { ...jump, to: parts.length } as ExpressionPart;
    }

    function expression(): void {
      depth += 1;
      if (depth > MAX_DEPTH) throw fail(`Nested deeper than ${MAX_DEPTH} levels`, token.at);
      binary();
      if (take('?')) {
        const otherwise = add({ op: 'jump-false', to: 0 });
        expression();
        expect(':');
        const end = add({ op: 'jump', to: 0 });
        land(otherwise);
        expression();
        land(end);
      }
      depth -= 1;
    }

    /** Operands and operators by rank, on a stack of its own. */
    function binary(): void {
      const waiting: { operator: string; rank: number; jump: number }[] = [];
      for (;;) {
        operand();
        const operator = token.kind === 'mark' ? token.text.replace(/^([=!]=)=$/, '$1') : '';
        const rank = Object.hasOwn(RANKS, operator) ? (RANKS[operator] ?? 0) : 0;
        const isRightToLeft = operator === '**';
        for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
          if (top.rank < rank || (top.rank === rank && isRightToLeft)) break;
          waiting.pop();
          if (top.jump >= 0) land(top.jump);
          else add({ op: 'binary', operator: top.operator });
        }
        if (rank === 0) return;
        const short = Object.hasOwn(SHORT, operator) ? SHORT[operator] : undefined;
        const jump = short === undefined ? -1 : add({ op: short, to: 0 });
        waiting.push({ operator, rank, jump });
        token = next();
      }
    }

    function operand(): void {
      const signs: string[] = [];
      while (isMark('-') || isMark('!') || isMark('+')) {
        signs.push(token.text);
        token = next();
      }
      primary();
      for (;;) {
        if (take('.') || take('?.')) {
          if (isMark('[')) continue;
          const { text: key, at, kind } = token;
          if (kind !== 'name') throw unexpected();
          checkKey(key, at);
          token = next();
          if (isMark('(')) throw fail(`'.${key}' is no function: write ${key}(…)`, at);
          add({ op: 'member', key });
        } else if (take('[')) {
          expression();
          expect(']');
          add({ op: 'index' });
        } else break;
      }
      for (let sign = signs.pop(); sign !== undefined; sign = signs.pop()) {
        add({ op: 'unary', operator: sign });
      }
    }

    function checkKey(key: string, at: number): void {
      if (lib.isForbidden(key)) throw fail(`Property '${key}' cannot be used`, at);
    }

    function primary(): void {
      const { kind, text: word, at } = token;
      if (kind === 'name') return named(word, at);
      if (kind === 'number') {
        token = next();
        add({ op: 'value', value: Number(word) });
      } else if (kind === 'string') {
        token = next();
        add({ op: 'value', value: word });
      } else if (take('(')) {
        expression();
        expect(')');
      } else if (take('[')) add({ op: 'list', count: items(']') });
      else if (take('{')) object();
      else throw unexpected();
    }

    /** Expressions up to the closing sign; a comma may stand before it. */
    function items(end: string): number {
      let found = 0;
      while (!take(end)) {
        expression();
        found += 1;
        if (!isMark(end)) expect(',');
      }
      return found;
    }

    function object(): void {
      const keys: string[] = [];
      while (!take('}')) {
        const { kind, text: key, at } = token;
        if (kind === 'mark' || kind === 'end') throw unexpected();
        checkKey(key, at);
        keys.push(kind === 'number' ? String(Number(key)) : key);
        token = next();
        if (kind === 'name' && (isMark(',') || isMark('}'))) read(key, at);
        else {
          expect(':');
          expression();
        }
        if (!isMark('}')) expect(',');
      }
      add({ op: 'object', keys });
    }

    function named(word: string, at: number): void {
      token = next();
      const constants: { readonly [name: string]: Json } = { true: true, false: false, null: null };
      if (take('(')) call(word, at);
      else if (Object.hasOwn(constants, word)) add({ op: 'value', value: constants[word] ?? null });
      else read(word, at);
    }

    function read(name: string, at: number): void {
      checkKey(name, at);
      add({ op: 'name', name });
      if (!scopes.some((scope) => scope.includes(name))) names.add(name);
    }

    function call(name: string, at: number): void {
      if (EACH.includes(name)) return each(name);
      const arity = ARITIES.get(name);
      if (arity === undefined) throw fail(`Unknown function '${name.slice(0, 40)}'`, at);
      const given = items(')');
      const [fewest, most] = arity;
      if (given < fewest || given > most) throw fail(`Wrong number of arguments of ${name}`, at);
      add({ op: 'call', name, count: given });
    }

    function each(name: string): void {
      expression();
      expect(',');
      const parameters = parameterNames(name === 'reduce' ? 3 : 2);
      expect('=>');
      const outer = parts;
      parts = [];
      scopes.push(parameters);
      if (scopes.length > MAX_FUNCTIONS) {
        throw fail(`Functions nested deeper than ${MAX_FUNCTIONS} levels`, token.at);
      }
      expression();
      scopes.pop();
      const body = parts;
      parts = outer;
      if (name === 'reduce') {
        expect(',');
        expression();
      }
      take(',');
      expect(')');
      add({ op: 'each', name, parameters, body });
    }

    function parameterNames(most: number): string[] {
      if (token.kind === 'name') return [parameter()];
      expect('(');
      const found: string[] = [];
      while (!take(')')) {
        if (found.length === most) throw unexpected();
        found.push(parameter());
        if (!isMark(')')) expect(',');
      }
      return found;
    }

    function parameter(): string {
      const { kind, text: name, at } = token;
      if (kind !== 'name') throw unexpected();
      checkKey(name, at);
      token = next();
      return name;
    }
  }
}
