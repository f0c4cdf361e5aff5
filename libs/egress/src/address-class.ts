import ipaddr from 'ipaddr.js';

/** Ranges of public unicast that still lead into private networks: addresses inside addresses. */
const EMBEDDING = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052', '6to4', 'teredo']);

/**
 * True when an address is on the public internet. Private, loopback, link-local (cloud metadata), CGNAT,
 * multicast, reserved and unique-local addresses are not, nor is anything that wraps an IPv4 address in an
 * IPv6 one: a mapped, translated or tunnelled form of a private address must not pass for public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (parsed.kind() === 'ipv6' && (EMBEDDING.has(range) || isIpv4Compatible(parsed as ipaddr.IPv6)))
    return false;
  return range === 'unicast';
}

/** `::a.b.c.d`, deprecated, and still routed by some systems. */
function isIpv4Compatible(address: ipaddr.IPv6): boolean {
  return address.parts.slice(0, 6).every((part) => part === 0);
}
