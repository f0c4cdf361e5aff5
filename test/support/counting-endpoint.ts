import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server outside Runnel that remembers who called it with which idempotency key. */
export class CountingEndpoint {
  private readonly calls = new Map<string, number>();
  private readonly server: Server;

  private constructor(private readonly delayMs: number) {
    this.server = createServer((request, response) => {
      const key = String(request.headers['idempotency-key'] ?? '');
      this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
      request.resume();
      const answer = (): void => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      };
      setTimeout(answer, this.delayMs).unref();
    });
  }

  /** Listens on a free loopback port; answers each call after `delayMs`. */
  static async start(delayMs = 0): Promise<CountingEndpoint> {
    const endpoint = new CountingEndpoint(delayMs);
    await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get total(): number {
    return [...this.calls.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often each idempotency key was seen. */
  countsByKey(): ReadonlyMap<string, number> {
    return this.calls;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
