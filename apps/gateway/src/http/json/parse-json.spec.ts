import { parseJson } from './parse-json';
import { scanJson } from './scan-json';

const strict = { strict: true };
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe(parseJson, () => {
  it.each(['null', '17', '"text"', '[1,[2]]', '{"a":{"b":[{}]}}'])('reads %s', (text) => {
    expect(parseJson(text, strict)).toEqual(JSON.parse(text));
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", 'undefined', '[1] 2', '\u0000', '{"a":NaN}'])(
    'refuses what is not JSON: %j',
    (text) => {
      expect(() => parseJson(text, strict)).toThrow(
        expect.objectContaining({ status: 400, code: 'INVALID_JSON' }) as Error,
      );
    },
  );

  it('takes 64 levels and refuses 65, however many are asked for', () => {
    expect(() => parseJson(nested(64), strict)).not.toThrow();
    expect(() => parseJson(nested(65), strict)).toThrow('64 levels');
    expect(() => parseJson('['.repeat(1_000_000), strict)).toThrow('64 levels');
    expect(() => parseJson('{"a":'.repeat(100_000), strict)).toThrow('64 levels');
  });

  it('does not take brackets in strings for nesting', () => {
    const text = JSON.stringify(`${'['.repeat(100)}"\\"${'{'.repeat(100)}`);
    expect(parseJson(text, strict)).toBe(JSON.parse(text));
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    String.raw`{"\u005f_proto__":{"admin":true}}`,
    String.raw`{"__pr\u006fto__":{"admin":true}}`,
    '{"constructor":{"prototype":{"admin":true}}}',
    String.raw`{"c\u006fnstructor":{"prototyp\u0065":1}}`,
  ])('refuses keys that reach for prototypes: %s', (text) => {
    expect(() => parseJson(text, strict)).toThrow('not allowed');
    expect(() => parseJson(text, { strict: false })).toThrow('not allowed');
  });

  it('lets the words themselves pass where they harm nothing', () => {
    const value = { constructor: 'Ada', note: '__proto__', of: ['constructor', { prototype: 1 }] };
    expect(parseJson(JSON.stringify(value), strict)).toEqual(value);
  });

  it('refuses a key given twice in a strict body, also when it is written differently', () => {
    expect(() => parseJson('{"a":1,"b":{"a":2},"a":3}', strict)).toThrow('"a" is given twice');
    expect(() => parseJson(String.raw`{"a":1,"\u0061":2}`, strict)).toThrow('given twice');
    expect(parseJson('{"a":1,"a":3}', { strict: false })).toEqual({ a: 3 });
  });

  it('tells keys from values and objects from each other', () => {
    const text = '{"a":"a","b":["a","a",{"a":1},{"a":2}],"c":{"a":"b"}}';
    expect(parseJson(text, strict)).toEqual(JSON.parse(text));
  });
});

describe(scanJson, () => {
  it('stops just above the limit', () => {
    expect(scanJson('['.repeat(1_000_000), 10, false)).toEqual({ depth: 11 });
  });

  it('survives any text', () => {
    for (const text of ['"', '\\', '"\\', '}}}', ']"[', '{"a', '{"a"', '{"a":', '{"\\u12":1}']) {
      expect(() => scanJson(text, 64, true)).not.toThrow();
    }
  });
});
