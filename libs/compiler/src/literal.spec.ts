import { literal, sourceLiteral } from './literal';

describe(literal, () => {
  it('writes JSON data as JavaScript', () => {
    expect(literal({ a: [1, 'x', null, true], b: {}, 'c-d': -0.5 })).toBe(
      '{ "a": [1, "x", null, true], "b": {}, "c-d": -0.5 }',
    );
  });

  it('escapes what ends a line or a script element', () => {
    expect(literal('\u2028\u2029\n"\\</script><!--')).toBe(
      '"\\u2028\\u2029\\n\\"\\\\<\\/script>\\u003c!--"',
    );
    expect(literal('\ud800')).toBe('"\\ud800"');
  });

  it('keeps a __proto__ key an ordinary key', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}') as { [key: string]: never };
    expect(literal(value)).toBe('{ ["__proto__"]: { "a": 1 } }');
  });
});

describe(sourceLiteral, () => {
  it('shows the lines of a text one by one', () => {
    expect(sourceLiteral('one line', '')).toBe('"one line"');
    expect(sourceLiteral('a\n`${b}`\n', '  ')).toBe(
      '[\n    "a",\n    "`${b}`",\n    "",\n  ].join("\\n")',
    );
  });
});
