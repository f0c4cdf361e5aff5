import { patternResponseOf } from './pattern-response';

describe(patternResponseOf, () => {
  it('is what the node says', () => {
    const output = { statusCode: 201, headers: { 'X-Order': 17, Location: '/o/17' }, body: 'made' };
    expect(patternResponseOf(output)).toEqual({
      status: 201,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-order': '17',
        location: '/o/17',
        'content-security-policy': "sandbox; default-src 'none'",
      },
      body: 'made',
    });
  });

  it('lets the node name the type, and takes what is no text for JSON', () => {
    const html = { headers: { 'Content-Type': 'text/html' }, body: '<p>' };
    expect(patternResponseOf(html)?.headers['content-type']).toBe('text/html');
    expect(patternResponseOf({ body: { ok: true } })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"ok":true}',
    });
  });

  it.each([199, 600, 100, 0, -1, 200.5, 'abc', null, {}])('has no status %j', (statusCode) => {
    expect(patternResponseOf({ statusCode })).toBeUndefined();
  });

  it.each([
    'Set-Cookie',
    'content-security-policy',
    'X-Frame-Options',
    'x-content-type-options',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'bad name',
    'bad\r\nname',
    '',
  ])('may not say the header %j', (name) => {
    const { headers } = patternResponseOf({ headers: { [name]: 'evil', 'x-fine': 'yes' } }) ?? {};
    expect(JSON.stringify(headers)).not.toContain('evil');
    expect(headers).toMatchObject({ 'x-fine': 'yes' });
  });

  it.each(['a\r\nset-cookie: x=1', 'a\u0000', '\u{1f600}', 'x'.repeat(9_000), { a: 1 }])(
    'may not say the value %j',
    (value) => {
      expect(patternResponseOf({ headers: { 'x-odd': value } })?.headers).not.toHaveProperty(
        'x-odd',
      );
    },
  );

  it.each([null, 'text', 7, []])('survives a node that said %j', (output) => {
    expect(patternResponseOf(output)).toMatchObject({ status: 200, body: '' });
  });
});
