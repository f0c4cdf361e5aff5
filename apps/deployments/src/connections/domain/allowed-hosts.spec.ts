import { checkedHosts, mayBeSentTo } from './allowed-hosts';

describe(mayBeSentTo, () => {
  it.each([
    ['api.example.com', 'https://api.example.com/x', true],
    ['api.example.com', 'https://API.example.com:443/x', true],
    ['api.example.com', 'http://api.example.com/x', false],
    ['api.example.com', 'https://api.example.com:8443/', false],
    ['api.example.com', 'https://api.example.com.evil.example/', false],
    ['api.example.com', 'https://evilapi.example.com/', false],
    ['api.example.com', 'https://api.example.com@evil.example/', false],
    ['api.example.com', 'https://evil.example/?api.example.com', false],
    ['api.example.com', 'https://evil.example#@api.example.com', false],
    ['api.example.com', 'https://evil.example\\@api.example.com', false],
    ['api.example.com:8443', 'https://api.example.com:8443/', true],
    ['api.example.com:443', 'https://api.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://badexample.com/', false],
    ['http://localhost:8080', 'http://localhost:8080/', true],
    ['http://localhost:8080', 'https://localhost:8080/', false],
    ['http://localhost', 'http://localhost:80/', true],
    ['https://api.example.com', 'https://api.example.com/', true],
    ['[::1]:8443', 'https://[::1]:8443/', true],
    ['api.example.com', 'not a url', false],
  ])('%s, asked for %s: %s', (entry, url, expected) => {
    expect(mayBeSentTo(checkedHosts([entry]), url)).toBe(expected);
  });

  it('is nowhere without an entry', () => {
    expect(mayBeSentTo([], 'https://api.example.com/')).toBe(false);
  });
});

describe(checkedHosts, () => {
  it('keeps each host once, in lower case', () => {
    expect(checkedHosts([' API.example.com', 'api.example.com'])).toEqual(['api.example.com']);
  });

  it.each([
    '',
    '*',
    '*.com',
    'a.example/path',
    'https://a.example/',
    'ftp://a.example',
    'user@a.example',
    'a..example',
    'a.example:99999',
    'a b.example',
    '*.*.example.com',
    'https://',
  ])('refuses %j', (entry) => {
    expect(() => checkedHosts([entry])).toThrow('is no host');
  });

  it('is bounded', () => {
    const hosts = Array.from({ length: 21 }, (_, n) => `h${n}.example`);
    expect(() => checkedHosts(hosts)).toThrow('20 entries');
  });
});
