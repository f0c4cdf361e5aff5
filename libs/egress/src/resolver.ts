import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';

/** Addresses of a name, as text. Rejects when it has none. */
export type Resolver = (host: string) => Promise<readonly string[]>;

/** What the system says: hosts file, then DNS. */
export const systemResolver: Resolver = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Long enough that a burst of calls asks once, short enough that a moved service is found. */
const TTL_MS = 5_000;
const MAX_NAMES = 1_000;

/** A resolver that remembers answers for a few seconds; failures are forgotten at once. */
export function rememberingResolver(
  resolve: Resolver,
  now: () => number = () => performance.now(),
): Resolver {
  const known = new Map<
    string,
    { readonly until: number; readonly addresses: Promise<readonly string[]> }
  >();
  return (host) => {
    const entry = known.get(host);
    if (entry !== undefined && entry.until > now()) return entry.addresses;
    const addresses = resolve(host);
    known.delete(host);
    const oldest = known.keys().next();
    if (known.size >= MAX_NAMES && oldest.done !== true) known.delete(oldest.value);
    known.set(host, { until: now() + TTL_MS, addresses });
    addresses.catch(() => {
      if (known.get(host)?.addresses === addresses) known.delete(host);
    });
    return addresses;
  };
}
