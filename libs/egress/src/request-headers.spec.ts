import { checkedHeaders } from './request-headers';

describe(checkedHeaders, () => {
  it('makes names lower case', () => {
    expect(checkedHeaders({ 'X-Key': 'ä', accept: 'a\tb' })).toEqual({
      'x-key': 'ä',
      accept: 'a\tb',
    });
  });

  it.each(['a\r\nx: y', 'a\nb', 'a\0b', 'a\u007f', '€'])(
    'refuses the value %j without repeating it',
    (value) => {
      expect(() => checkedHeaders({ 'x-secret': value })).toThrow(
        'the value of header "x-secret" holds characters',
      );
    },
  );

  it.each(['x y', 'x:', '', 'ä', 'x\r\ny'])('refuses the name %j', (name) => {
    expect(() => checkedHeaders({ [name]: 'v' })).toThrow('a header name');
  });

  it.each(['Host', 'connection', 'Transfer-Encoding', 'content-length', 'Upgrade', 'TE', 'expect'])(
    'refuses %s, which is not the caller’s',
    (name) => {
      expect(() => checkedHeaders({ [name]: 'v' })).toThrow(
        `"${name.toLowerCase()}" cannot be set`,
      );
    },
  );

  it('refuses too many and too large headers', () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'v']));
    expect(() => checkedHeaders(many)).toThrow('more than 100 headers');
    expect(() => checkedHeaders({ x: 'v'.repeat(33_000) })).toThrow('headers of more than');
  });
});
