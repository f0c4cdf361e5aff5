import { buildConnector, Pool } from 'undici';

/** Of a response's head. */
export const MAX_HEADER_BYTES = 32 * 1024;
/** Connections to one address of one origin. */
const MAX_CONNECTIONS = 64;
const MAX_POOLS = 256;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;

/**
 * Connections that are kept, by origin and address: what is reused was opened to an address that was checked for
 * this very call, so a name that has changed its address meanwhile cannot lead anywhere else.
 */
export class PinnedPools {
  private readonly pools = new Map<string, Pool>();

  /** The connections to `address` that speak to `origin`; `servername` is what its certificate must be for. */
  get(origin: string, address: string, servername: string): Pool {
    const key = `${origin} ${address}`;
    const pool = this.pools.get(key) ?? open(origin, address, servername);
    this.pools.delete(key);
    this.makeRoom();
    this.pools.set(key, pool); // to the end: used last
    return pool;
  }

  /** Closes all connections; calls in flight fail. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private makeRoom(): void {
    const oldest = this.pools.entries().next();
    if (this.pools.size < MAX_POOLS || oldest.done === true) return;
    const [key, pool] = oldest.value;
    this.pools.delete(key);
    void pool.close(); // once its calls are over
  }
}

function open(origin: string, address: string, servername: string): Pool {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  return new Pool(origin, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: (options, callback) =>
      connect({ ...options, hostname: address, servername }, callback),
  });
}
