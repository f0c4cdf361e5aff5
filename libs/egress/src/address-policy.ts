import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Services of a cloud that answer its own machines only, on addresses that look public. */
const CLOUD_INTERNAL: readonly string[] = ['168.63.129.16'];

/** Global unicast is all that is routed on the internet (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** An address from its text, an IPv4 address inside an IPv6 one taken out. Undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? (embeddedIpv4(address) ?? address) : address;
}

/**
 * True when the address belongs to the internet: not private, loopback, link-local, shared (CGNAT), multicast,
 * reserved, documentation, metadata or unique local (IANA special-purpose registries, RFC 6890), in whatever form.
 */
export function isPublicAddress(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST);
  return !CLOUD_INTERNAL.includes(address.toString());
}

/** IPv4 as it hides in IPv6: mapped (RFC 4291), compatible (the same, deprecated) and NAT64 (RFC 6052). */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const { parts } = address;
  const high = parts
    .slice(0, 6)
    .map((part) => part.toString(16))
    .join(':');
  if (!EMBEDDING_PREFIXES.includes(high)) return undefined;
  const [six = 0, seven = 0] = parts.slice(6);
  // `::` and `::1` are addresses of their own (RFC 4291, 2.5.2 and 2.5.3) and embed nothing.
  if (high === COMPATIBLE_PREFIX && six === 0 && seven <= 1) return undefined;
  return new ipaddr.IPv4([six >> 8, six & 0xff, seven >> 8, seven & 0xff]);
}

const COMPATIBLE_PREFIX = '0:0:0:0:0:0';
const EMBEDDING_PREFIXES: readonly string[] = [
  '0:0:0:0:0:ffff',
  COMPATIBLE_PREFIX,
  '64:ff9b:0:0:0:0',
];
