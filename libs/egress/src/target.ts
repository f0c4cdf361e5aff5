import { allowsAddress, allowsHost, type EgressAllow, withoutFinalDot } from './egress-allow';
import { isPublicAddress, parseAddress } from './address-policy';
import { connectionFailed, refused } from './egress-errors';
import type { Resolver } from './resolver';

/** Where a call may go: addresses that were checked, and are used without asking for the name again. */
export interface Target {
  /** The host as the caller may see it. */
  readonly host: string;
  /** In the order in which they are tried. Never empty. */
  readonly addresses: readonly string[];
  /** Whom a certificate must be for; empty for an address. */
  readonly servername: string;
}

/** A name with more addresses than this is cut. */
const MAX_ADDRESSES = 16;

/**
 * Finds the addresses of a URL's host, once, and checks every one. Throws DomainError EGRESS_REFUSED if one
 * of them is neither public nor allowed, EGRESS_CONNECTION if the name does not resolve.
 */
export async function findTarget(url: URL, allow: EgressAllow, resolve: Resolver): Promise<Target> {
  const host = withoutFinalDot(url.hostname.replace(/^\[|\]$/g, ''));
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const literal = parseAddress(host);
  const texts = literal === undefined ? await addressesOf(host, resolve) : [literal.toString()];
  const isKnownHost = allowsHost(allow, host, port);
  const addresses = texts.map((text) => {
    const address = parseAddress(text);
    if (address === undefined)
      throw connectionFailed(host, 'the name resolves to something that is no address');
    if (!isKnownHost && !isPublicAddress(address) && !allowsAddress(allow, address, port))
      throw refused(host);
    return address;
  });
  // IPv4 first: where IPv6 does not work, it mostly fails slowly.
  const sorted = [...addresses].sort((a, b) => a.kind().localeCompare(b.kind()));
  return {
    host,
    addresses: sorted.map((address) => address.toString()),
    servername: literal === undefined ? host : '',
  };
}

async function addressesOf(host: string, resolve: Resolver): Promise<readonly string[]> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses.slice(0, MAX_ADDRESSES);
  } catch (error) {
    throw connectionFailed(host, 'the name does not resolve', error);
  }
  throw connectionFailed(host, 'the name does not resolve');
}
