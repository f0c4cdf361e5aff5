import { InvalidInputError } from '@runnel/errors';
import ipaddr from 'ipaddr.js';

/** One thing that outbound calls may reach although it is private. No port means every port. */
type Rule =
  | { readonly kind: 'host'; readonly host: string; readonly port: number | undefined }
  | {
      readonly kind: 'range';
      readonly range: [ipaddr.IPv4 | ipaddr.IPv6, number];
      readonly port: number | undefined;
    };

/** What `RUNNEL_EGRESS_ALLOW` lists. */
export class EgressAllow {
  constructor(private readonly rules: readonly Rule[]) {}

  /** True when the host itself is listed, whatever it resolves to. */
  allowsHost(host: string, port: number): boolean {
    return this.rules.some(
      (rule) => rule.kind === 'host' && rule.host === host && matchesPort(rule.port, port),
    );
  }

  /** True when the address is listed, alone or in a range. */
  allowsAddress(address: string, port: number): boolean {
    const parsed = ipaddr.process(address);
    return this.rules.some((rule) => {
      if (!matchesPort(rule.port, port)) return false;
      if (rule.kind === 'host') return rule.host === address;
      const [network, bits] = rule.range;
      return (
        parsed.kind() === network.kind() && parsed.match(network as ipaddr.IPv4 & ipaddr.IPv6, bits)
      );
    });
  }
}

/**
 * Reads `RUNNEL_EGRESS_ALLOW`: hosts, host:port, CIDRs and CIDR:port, separated by commas or spaces; IPv6
 * addresses with a port in brackets. Throws InvalidInputError INVALID_EGRESS_ALLOW naming the entry.
 */
export function parseEgressAllow(text: string): EgressAllow {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  return new EgressAllow(entries.map(parseRule));
}

function parseRule(entry: string): Rule {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(entry);
  if (bracketed) return rule(entry, bracketed[1] ?? '', bracketed[2]);
  if (entry.split(':').length > 2) return rule(entry, entry, undefined);
  const [target = '', port] = entry.split(':');
  return rule(entry, target, port);
}

function rule(entry: string, target: string, portText: string | undefined): Rule {
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    throw invalid(entry);
  if (target.includes('/')) {
    if (!ipaddr.isValidCIDR(target)) throw invalid(entry);
    return { kind: 'range', range: ipaddr.parseCIDR(target), port };
  }
  if (!/^[A-Za-z0-9._:-]{1,253}$/.test(target)) throw invalid(entry);
  return { kind: 'host', host: target.toLowerCase(), port };
}

function invalid(entry: string): InvalidInputError {
  return new InvalidInputError(
    'INVALID_EGRESS_ALLOW',
    `RUNNEL_EGRESS_ALLOW: "${entry}" is no host, host:port, CIDR or CIDR:port`,
  );
}

function matchesPort(wanted: number | undefined, port: number): boolean {
  return wanted === undefined || wanted === port;
}
