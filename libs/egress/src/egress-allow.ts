import { InvalidInputError } from '@runnel/errors';
import ipaddr from 'ipaddr.js';

import { parseAddress } from './address-policy';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What outbound calls may reach although it is private. A port of undefined is every port. */
export interface EgressAllow {
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[];
  readonly ranges: readonly { readonly range: Range; readonly port: number | undefined }[];
}

/** Enough for anybody, and few enough to be looked through for each call. */
const MAX_ENTRIES = 200;

/**
 * Reads RUNNEL_EGRESS_ALLOW: entries separated by commas or white space, each a host, an address or a CIDR,
 * with a port or without (`db.internal`, `127.0.0.1:9000`, `10.0.0.0/8`, `10.1.0.0/16:8080`, `[fd00::/8]:80`).
 * Throws InvalidInputError EGRESS_ALLOW_INVALID, which names the entry.
 */
export function parseEgressAllow(text: string): EgressAllow {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length > MAX_ENTRIES) throw invalid(`more than ${MAX_ENTRIES} entries`);
  const hosts: { host: string; port: number | undefined }[] = [];
  const ranges: { range: Range; port: number | undefined }[] = [];
  for (const entry of entries) {
    const { target, port } = splitPort(entry);
    const range = rangeOf(target, entry);
    if (range !== undefined) ranges.push({ range, port });
    else hosts.push({ host: hostOf(target, entry), port });
  }
  return { hosts, ranges };
}

/** Whether the list permits calls to a host by its name. `host` is normalised as `URL` does, without a final dot. */
export function allowsHost(allow: EgressAllow, host: string, port: number): boolean {
  return allow.hosts.some((entry) => entry.host === host && (entry.port ?? port) === port);
}

/** Whether the list permits calls to an address. */
export function allowsAddress(
  allow: EgressAllow,
  address: ipaddr.IPv4 | ipaddr.IPv6,
  port: number,
): boolean {
  return allow.ranges.some(
    ({ range, port: only }) => (only ?? port) === port && isIn(address, range),
  );
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

function splitPort(entry: string): { target: string; port: number | undefined } {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const target = bracketed ?? plain ?? entry; // IPv6 without brackets has colons and no port
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535))
    throw invalid(`"${entry}" has no possible port`);
  return { target, port };
}

function rangeOf(target: string, entry: string): Range | undefined {
  if (target.includes('/')) {
    if (!ipaddr.isValidCIDR(target)) throw invalid(`"${entry}" is not a CIDR`);
    return ipaddr.parseCIDR(target);
  }
  const address = parseAddress(target);
  return address === undefined ? undefined : [address, address.kind() === 'ipv4' ? 32 : 128];
}

function hostOf(target: string, entry: string): string {
  const text = `http://${target}/`;
  const url = !target.includes('@') && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === '' || !/^[a-z0-9._-]+$/.test(url.hostname)) {
    throw invalid(`"${entry}" is neither a host nor an address nor a CIDR`);
  }
  return withoutFinalDot(url.hostname);
}

/** `example.org.` and `example.org` are the same host. */
export function withoutFinalDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function invalid(what: string): InvalidInputError {
  return new InvalidInputError('EGRESS_ALLOW_INVALID', `RUNNEL_EGRESS_ALLOW: ${what}`);
}
