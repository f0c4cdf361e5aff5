import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server outside Runnel that remembers what it was asked, and says it back. */
export class EchoServer {
  readonly seen: SeenRequest[] = [];
  /** Where a request to `/away` is sent. */
  redirectTo = '';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        this.seen.push({ method, path, headers, body });
        if (path === '/away') {
          response.writeHead(307, { location: this.redirectTo }).end();
          return;
        }
        const status = Number(/^\/status\/(\d{3})/.exec(path)?.[1] ?? 200);
        const echo = { path, body, authorization: headers.authorization, headers };
        response
          .writeHead(status, {
            'content-type': 'application/json',
            'x-echo': String(headers['x-key'] ?? headers.authorization ?? ''),
          })
          .end(JSON.stringify(echo));
      });
    });
  }

  /** Listens on a free loopback port. */
  static async start(): Promise<EchoServer> {
    const echo = new EchoServer();
    await new Promise<void>((resolve) => echo.server.listen(0, '127.0.0.1', resolve));
    return echo;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
