import { InvalidInputError } from '@runnel/errors';

export const MAX_HOSTS = 20;
/** `host`, `host:port`, `*.domain`; with `http://` before it for what has no TLS. */
const ENTRY =
  /^(?:(https?):\/\/)?(\*\.)?((?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_-]{1,63}|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/;

/** Where a credential may go: nowhere unless it is listed, and not without TLS unless that is said. */
interface HostRule {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  /** Every name below `host`, and not itself. */
  readonly below: boolean;
  readonly port: string;
}

/**
 * The hosts in the form in which they are kept: lower case, each once.
 * @throws InvalidInputError VALIDATION that names the entry
 */
export function checkedHosts(hosts: readonly string[]): readonly string[] {
  const kept = [...new Set(hosts.map((host) => host.trim().toLowerCase()))];
  for (const host of kept) {
    if (parse(host)) continue;
    const message =
      `allowedHosts: '${host.slice(0, 100)}' is no host; write api.example.com, api.example.com:8443, ` +
      '*.example.com or, without TLS, http://localhost:8080';
    throw new InvalidInputError('VALIDATION', message, { field: 'allowedHosts' });
  }
  if (kept.length > MAX_HOSTS) {
    const message = `allowedHosts can have ${MAX_HOSTS} entries`;
    throw new InvalidInputError('VALIDATION', message, { field: 'allowedHosts' });
  }
  return kept;
}

/** Whether a credential with these hosts may be sent to `text`, an absolute URL. */
export function mayBeSentTo(hosts: readonly string[], text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port } = new URL(text);
  return hosts.some((entry) => {
    const rule = parse(entry);
    if (rule?.protocol !== protocol || rule.port !== port) return false;
    return rule.below ? hostname.endsWith(`.${rule.host}`) : hostname === rule.host;
  });
}

function parse(entry: string): HostRule | undefined {
  const match = ENTRY.exec(entry);
  const host = match?.[3];
  if (!match || host === undefined) return undefined;
  const protocol = match[1] === 'http' ? 'http:' : 'https:';
  const below = match[2] !== undefined;
  // All of a top-level domain is nobody's own.
  if (below && !host.includes('.')) return undefined;
  const port = match[4] ?? '';
  if (Number(port) > 65_535) return undefined;
  const isUsual = port === (protocol === 'http:' ? '80' : '443');
  return { protocol, host, below, port: isUsual ? '' : port };
}
