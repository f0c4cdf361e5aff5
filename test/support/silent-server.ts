import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that never answers, and knows how many wait for it. */
export class SilentServer {
  open = 0;
  private readonly server: Server = createServer((_, response) => {
    this.open += 1;
    response.once('close', () => (this.open -= 1));
  });

  /** Listens on a free loopback port. */
  static async start(): Promise<SilentServer> {
    const silent = new SilentServer();
    await new Promise<void>((resolve) => silent.server.listen(0, '127.0.0.1', resolve));
    return silent;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
}
