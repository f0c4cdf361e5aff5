import { compute } from './compute';

const asked = (kind: string, input: unknown): unknown => compute(kind, JSON.stringify(input));
const offset = (zone: string, time: string) =>
  asked('zone-offset', { zone, time: Date.parse(time) });

describe(compute, () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', '+0'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '+60'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '+120'],
    ['America/New_York', '2026-11-01T05:59:59Z', '+-240'],
    ['America/New_York', '2026-11-01T06:00:00Z', '+-300'],
    ['Asia/Kolkata', '2026-07-01T00:00:00.999Z', '+330'],
    ['Pacific/Kiritimati', '2026-12-31T23:00:00Z', '+840'],
    ['Europe/Berlin', '0001-01-01T00:00:00Z', '+53'],
    ['Europe/Berlin', '0000-03-01T00:00:00Z', '+53'],
  ])('knows the clocks of %s at %s', (zone, time, expected) => {
    expect(offset(zone, time)).toBe(expected);
  });

  it('hashes', () => {
    const input = { text: 'hello', algorithm: 'sha256', encoding: 'hex' };
    expect(asked('hash', input)).toBe(
      '+"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"',
    );
    expect(asked('hmac', { ...input, algorithm: 'sha1', key: 'k' })).toBe(
      '+"0b7938d1a2cdcafa94645a5c3508f7236ae457a9"',
    );
  });

  it.each([
    ['zone-offset', { zone: 'Mars/Olympus', time: 0 }, 'UNKNOWN_TIME_ZONE'],
    ['zone-offset', { zone: 'x'.repeat(1000), time: 0 }, 'UNKNOWN_TIME_ZONE'],
    ['zone-offset', { zone: 'UTC', time: 1e300 }, 'INVALID_DATE'],
    ['zone-offset', {}, 'INVALID_DATE'],
    ['hash', { text: 'x', algorithm: 'shake256', encoding: 'hex' }, 'UNKNOWN_ALGORITHM'],
    ['hash', { text: 'x', algorithm: 'md5', encoding: 'latin1' }, 'UNKNOWN_ENCODING'],
    ['hash', { text: { a: 1 }, algorithm: ['md5'], encoding: 'hex' }, 'UNKNOWN_ALGORITHM'],
    ['exec', { text: 'x' }, 'UNKNOWN_COMPUTATION'],
    ['__proto__', null, 'UNKNOWN_COMPUTATION'],
  ])('answers %s of %j with the error %s', (kind, input, code) => {
    expect(asked(kind, input)).toMatch(new RegExp(`^-\\{.*"code":"${code}"\\}$`));
  });

  it('does not throw for text that is no JSON', () => {
    expect(compute('hash', '{')).toMatch(/^-.*BAD_INPUT/);
  });
});
