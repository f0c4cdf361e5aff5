import { isIPv6 } from 'node:net';

const V4_MAPPED = '::ffff:';

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 address, of which whoever has one has
 * 2^64.
 */
export function clientAddress(ip: string): string {
  if (!ip.includes(':')) return ip;
  const text = ip.toLowerCase();
  if (text.startsWith(V4_MAPPED) && text.includes('.')) return text.slice(V4_MAPPED.length);
  return isIPv6(text) ? `${prefix64(text)}::/64` : text;
}

function prefix64(ip: string): string {
  const [head = '', tail] = (ip.split('%', 1)[0] ?? ip).split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left.slice(0, 4).map(short).join(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map(short).join(':');
}

/** `0db8` and `db8` are the same group. */
function short(group: string): string {
  return group.replace(/^0+(?=.)/, '');
}
