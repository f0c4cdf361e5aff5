import { checkedUrl, type Hop, nextHop } from './redirect';

function hop(change: Partial<Hop> = {}): Hop {
  return {
    url: new URL('https://a.example/one?x=1'),
    method: 'POST',
    headers: { authorization: 'secret', cookie: 'c', 'content-type': 'text/plain', 'x-own': '1' },
    body: Buffer.from('b'),
    ...change,
  };
}

describe(nextHop, () => {
  it.each([200, 204, 300, 304, 305, 400])('does not follow %i', (status) => {
    expect(nextHop(hop(), status, '/two')).toBeUndefined();
  });

  it('does not follow a redirect without a location', () => {
    expect(nextHop(hop(), 302, undefined)).toBeUndefined();
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('after %i a %s goes on as %s', (status, method, next) => {
    expect(nextHop(hop({ method }), status, '/two')?.method).toBe(next);
  });

  it('lets no credential go to another origin, whatever its header is called', () => {
    const before = hop({ headers: { 'x-api-key': 'k', 'x-own': '1' }, credentials: ['x-api-key'] });
    expect(nextHop(before, 307, '/two')?.headers).toEqual({ 'x-api-key': 'k', 'x-own': '1' });
    const away = nextHop(before, 307, 'http://a.example/one');
    expect(away?.headers).toEqual({ 'x-own': '1' });
    const asGet = nextHop(before, 303, '/two');
    expect(asGet && nextHop(asGet, 302, 'https://b.example/')?.headers).toEqual({ 'x-own': '1' });
  });

  it('drops the body and what describes it when the method becomes GET', () => {
    const next = nextHop(hop(), 302, '/two');
    expect(next?.body).toBeUndefined();
    expect(next?.headers).toEqual({ authorization: 'secret', cookie: 'c', 'x-own': '1' });
    expect(next?.url.href).toBe('https://a.example/two');
  });

  it.each(['https://b.example/', 'http://a.example/', 'https://a.example:8443/', '//b.example/'])(
    'drops credentials on the way to another origin: %s',
    (location) => {
      expect(nextHop(hop(), 307, location)?.headers).toEqual({
        'content-type': 'text/plain',
        'x-own': '1',
      });
    },
  );

  it.each([
    'ftp://a.example/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:1',
    'https://u:p@b.example/',
    'http://',
  ])('refuses to go to %s', (location) => {
    expect(() => nextHop(hop(), 302, location)).toThrow();
  });
});

describe(checkedUrl, () => {
  it('refuses credentials and does not repeat them', () => {
    expect(() => checkedUrl('http://user:hunter2@example.org/')).toThrow(
      'credentials belong in a header',
    );
    expect(() => checkedUrl('http://user:hunter2@example.org/')).not.toThrow(/hunter2/);
  });

  it.each([
    '',
    'example.org',
    'gopher://example.org',
    'http://',
    'http://[::1',
    `http://x/${'a'.repeat(9000)}`,
  ])('refuses %.20s', (text) => {
    expect(() => checkedUrl(text)).toThrow();
  });
});
