import fc from 'fast-check';
import type { Json, JsonObject } from '@runnel/definitions';
import { evaluated, guestLibrary } from './testing/guest-library.contract';

const library = guestLibrary();

/** Words that a hostile expression would be made of, among those of the language. */
const WORDS = [
  ...'a b x 0 1 2.5 "s" "__proto__" "constructor" null true __proto__ constructor prototype toString valueOf'.split(
    ' ',
  ),
  ...'hasOwnProperty globalThis this eval Function map filter find reduce len keys json now'.split(
    ' ',
  ),
  ...'. ?. [ ] ( ) { } , : ? => + - * / % ** == != < <= > >= && || ?? !'.split(' '),
];
const noise = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  fc.string({ maxLength: 60, unit: 'binary' }),
);

interface Spy {
  readonly value: JsonObject;
  readonly touched: string[];
}

/** An object whose inherited properties, if anything reads one, tell. */
function spied(own: JsonObject): Spy {
  const touched: string[] = [];
  const inherited = new Proxy(
    {},
    {
      get: (_target, key) => void touched.push(String(key)),
      getOwnPropertyDescriptor: () => undefined,
    },
  );
  return { value: Object.setPrototypeOf({ ...own }, inherited) as JsonObject, touched };
}

describe('expressions', () => {
  it('throw nothing but errors of their own, with a code and the node', () => {
    fc.assert(
      fc.property(noise, fc.jsonValue(), fc.jsonValue(), (text, a, b) => {
        try {
          evaluated(library, text, { a: a as Json, b: b as Json, x: [a as Json] });
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^[A-Z_]+$/) as string,
            nodeId: 'n',
          });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('read no inherited property', () => {
    const key = fc.constantFrom(
      ...Object.getOwnPropertyNames(Object.prototype),
      ...Object.getOwnPropertyNames(Array.prototype),
      'prototype',
      'inherited',
    );
    fc.assert(
      fc.property(key, fc.boolean(), (name, isComputed) => {
        const spy = spied({ own: 1 });
        const text = isComputed ? `a[${JSON.stringify(name)}]` : `a.${name}`;
        let result: unknown = 'refused';
        try {
          result = evaluated(library, text, { a: spy.value });
        } catch (error) {
          expect(error).toMatchObject({ nodeId: 'n' });
        }
        expect(['refused', null]).toContain(result);
        expect(spy.touched).toEqual([]);
      }),
    );
  });

  it('find own properties only among the names', () => {
    for (const name of ['toString', 'valueOf', 'hasOwnProperty']) {
      expect(() => evaluated(library, name, {})).toThrow(`Unknown name '${name}'`);
    }
  });

  it('work out arithmetic as JavaScript does', () => {
    const operator = fc.constantFrom('+', '-', '*', '<', '<=', '>', '>=', '==', '!=');
    const rest = fc.array(fc.tuple(operator, fc.nat(1000)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(1000), rest, (first, pairs) => {
        const text = [first, ...pairs.flat()].join(' ');
        const found = evaluated(library, text, {});
        expect(found).toEqual(new IndependentSum(text).value());
      }),
    );
  });
});

/** Another way to read the same sums: split at the weakest operator, from the right. */
class IndependentSum {
  constructor(private readonly text: string) {}

  value(words = this.text.split(' ')): number | boolean {
    for (const signs of [['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*']]) {
      const at = words.findLastIndex((word, i) => i > 0 && signs.includes(word));
      if (at > 0) return this.apply(words[at] ?? '', words.slice(0, at), words.slice(at + 1));
    }
    return Number(words.join(''));
  }

  private apply(sign: string, left: string[], right: string[]): number | boolean {
    const [x, y] = [this.value(left), this.value(right)];
    if (sign === '==') return x === y;
    if (sign === '!=') return x !== y;
    const [a, b] = [Number(x), Number(y)];
    const results: Record<string, number | boolean> = {
      '+': a + b,
      '-': a - b,
      '*': a * b,
      '<': a < b,
      '<=': a <= b,
      '>': a > b,
      '>=': a >= b,
    };
    return results[sign] ?? NaN;
  }
}
