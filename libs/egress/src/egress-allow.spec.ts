import { isAppError } from '@runnel/errors';

import { parseAddress } from './address-policy';
import { allowsAddress, allowsHost, parseEgressAllow } from './egress-allow';

function allowed(list: string, address: string, port: number): boolean {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Error(`${address} is no address`);
  return allowsAddress(parseEgressAllow(list), parsed, port);
}

describe(parseEgressAllow, () => {
  it('reads hosts with and without a port', () => {
    const allow = parseEgressAllow('db.internal, API.Internal:8080\nother.internal.');
    expect(allowsHost(allow, 'db.internal', 1)).toBe(true);
    expect(allowsHost(allow, 'api.internal', 8080)).toBe(true);
    expect(allowsHost(allow, 'api.internal', 8081)).toBe(false);
    expect(allowsHost(allow, 'other.internal', 80)).toBe(true);
    expect(allowsHost(allow, 'x.db.internal', 1)).toBe(false);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', 9000, true],
    ['127.0.0.1', '127.0.0.2', 9000, false],
    ['127.0.0.1:9000', '127.0.0.1', 9000, true],
    ['127.0.0.1:9000', '127.0.0.1', 9001, false],
    ['127.0.0.1:9000', '::ffff:127.0.0.1', 9000, true],
    ['10.0.0.0/8', '10.255.1.1', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['10.0.0.0/8:8080', '10.1.1.1', 80, false],
    ['10.0.0.0/8:8080', '10.1.1.1', 8080, true],
    ['::1', '::1', 80, true],
    ['[::1]:80', '::1', 81, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['[fd00::/8]:80', 'fd12::1', 80, true],
    ['[fd00::/8]:80', 'fd12::1', 443, false],
    ['', '127.0.0.1', 80, false],
  ])('"%s" for %s port %i: %s', (list, address, port, expected) => {
    expect(allowed(list, address, port)).toBe(expected);
  });

  it.each([
    '10.0.0.0/33',
    '*.internal',
    'http://x',
    'x:0',
    'x:99999',
    '10.0.0.0/',
    'a b/c',
    'user@host',
  ])('refuses "%s" and says which variable is meant', (list) => {
    const read = (): unknown => parseEgressAllow(list);
    expect(read).toThrow(/RUNNEL_EGRESS_ALLOW/);
    try {
      read();
    } catch (error) {
      expect(isAppError(error, 'EGRESS_ALLOW_INVALID')).toBe(true);
    }
  });
});
