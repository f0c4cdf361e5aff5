import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { DomainError, InvalidInputError } from '@runnel/errors';

import { isPublicAddress } from './address-class';
import type { EgressAllow } from './egress-allow';

/** An address a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a name to all of its addresses; injected by tests that rebind names. */
export type Resolver = (host: string) => Promise<readonly ResolvedAddress[]>;

/** The machine's own resolver. */
export const systemResolver: Resolver = (host) => lookup(host, { all: true, verbatim: true });

/** Decides which addresses a connection may be made to. */
export class TargetGuard {
  constructor(
    private readonly allow: EgressAllow,
    private readonly resolve: Resolver,
  ) {}

  /**
   * Parses and checks a URL. The WHATWG parser has by then turned decimal, octal and hex hosts into
   * addresses. Throws InvalidInputError EGRESS_INVALID_URL.
   */
  parse(text: string, base?: URL): URL {
    if (!URL.canParse(text, base))
      throw invalidUrl('the URL cannot be read; give a full http or https URL');
    const url = new URL(text, base);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw invalidUrl('only http and https URLs can be called');
    if (url.username !== '' || url.password !== '')
      throw invalidUrl('a URL must not hold credentials; use a header');
    return url;
  }

  /**
   * Resolves a host once and vets what came: one address that is not allowed refuses them all, so that a name
   * cannot mix a public address with a private one.
   * @returns the addresses to which the connection is then pinned
   * @throws DomainError EGRESS_REFUSED
   */
  async vet(rawHost: string, port: number): Promise<readonly ResolvedAddress[]> {
    const host = rawHost
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
      .toLowerCase();
    const family = isIP(host);
    const addresses = family > 0 ? [{ address: host, family }] : await this.resolve(host);
    if (addresses.length === 0) throw refused(host, port);
    if (this.allow.allowsHost(host, port)) return addresses;
    const allowed = addresses.every(
      ({ address }) => isPublicAddress(address) || this.allow.allowsAddress(address, port),
    );
    if (!allowed) throw refused(host, port);
    return addresses;
  }
}

function refused(host: string, port: number): DomainError {
  return new DomainError(
    'EGRESS_REFUSED',
    `${host}:${port} is a private address, which outbound calls may not reach unless RUNNEL_EGRESS_ALLOW lists it`,
    { host, port },
  );
}

function invalidUrl(message: string): InvalidInputError {
  return new InvalidInputError('EGRESS_INVALID_URL', message);
}
