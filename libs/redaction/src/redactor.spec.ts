import fc from 'fast-check';

import { NO_REDACTION, Redactor } from './redactor';

const SECRET = 'sk_live_4f"9/+aé';

describe(Redactor, () => {
  const redactor = new Redactor([SECRET, 'tok']);

  it.each([
    ['as it is', SECRET],
    ['in a JSON text', JSON.stringify({ key: SECRET })],
    ['in a URL', `https://x.example/?k=${encodeURIComponent(SECRET)}`],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in upper-case hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['as a password of basic authentication', Buffer.from(`u:${SECRET}`).toString('base64')],
    ['after a longer name', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['before something', Buffer.from(`${SECRET}\n`).toString('base64')],
  ])('masks a secret %s', (_, text) => {
    const redacted = redactor.text(`before ${text} after`);
    expect(redacted).toMatch(/^before .*\*\*\*.* after$/);
    expect(redacted).not.toContain(text);
    // At most the characters at the ends, which hold bits of the neighbours, are left of it.
    expect(redacted.length).toBeLessThan('before  after'.length + text.length / 2 + 12);
  });

  it('leaves a text alone that is too short to be masked, and everything else', () => {
    expect(redactor.text('a tok and a word')).toBe('a tok and a word');
    expect(NO_REDACTION.text(SECRET)).toBe(SECRET);
    expect(NO_REDACTION.json([SECRET])).toEqual([SECRET]);
  });

  it('masks keys and values at every depth, and numbers', () => {
    const digits = new Redactor(['12345678']);
    expect(digits.json({ a: [{ x12345678: 'y12345678z' }], n: 12345678, m: 1234 })).toEqual({
      a: [{ 'x***': 'y***z' }],
      n: '***',
      m: 1234,
    });
  });

  it('keeps a key called __proto__ a key', () => {
    const value = JSON.parse(`{"__proto__":{"a":"${'secret-value'}"}}`) as Record<string, string>;
    const copy = new Redactor(['secret-value']).json(value);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":"***"}}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('masks the lines of a key one by one', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----';
    const lines = new Redactor([key]);
    expect(lines.text('line: MIIEvQIBADANBgkq.')).toBe('line: ***.');
    expect(lines.text(key)).toBe('***');
  });

  it('leaves nothing of secrets that overlap', () => {
    expect(new Redactor(['abcd1', 'd1efgh']).text('xabcd1efghx')).toBe('x***x');
    expect(new Redactor(['abcd', 'abcdefgh', 'cdef']).text('abcdef abcdefgh')).toBe('*** ***');
  });

  it('masks a value that is nested too deep to be searched', () => {
    let deep: unknown = SECRET;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(JSON.stringify(redactor.json(deep as never))).not.toContain('sk_live');
  });

  it('finds what a naive search finds, whatever the secrets and the text', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(letters, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 }),
        (secrets, text) => {
          const covered = new Array<boolean>(text.length).fill(false);
          for (const secret of secrets)
            for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
              covered.fill(true, at, at + secret.length);
          const expected = [...text]
            .map((letter, at) => (covered[at] ? '*' : letter))
            .join('')
            .replace(/\*+/g, '***');
          expect(new Redactor(secrets).text(text)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes time that grows with the text alone, however alike secrets and text are', () => {
    const secrets = Array.from({ length: 8 }, (_, n) => `${'a'.repeat(4_000)}${n}`);
    const hostile = new Redactor(secrets);
    const steps = (length: number): number => {
      const begin = process.cpuUsage();
      hostile.text('a'.repeat(length));
      const { user } = process.cpuUsage(begin);
      return user;
    };
    steps(100_000); // warm
    // A search that compares at every position would need 4,000 times as long for each character.
    expect(steps(2_000_000)).toBeLessThan(5_000_000);
  });
});
