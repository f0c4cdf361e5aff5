import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Metrics } from './metrics';
import type { Readiness } from './readiness';

/** `/healthz`, `/readyz` and `/metrics` of one process, on a port of its own that users never reach. */
export class ManagementServer {
  private server: Server | undefined;

  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  /** Listens; port 0 takes a free one. Returns the port. Rejects when the port is taken. */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      this.answer(request.url ?? '/', response).catch((error: unknown) =>
        response.destroy(error as Error),
      );
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    switch (url.split('?', 1)[0]) {
      case '/healthz':
        return send(response, 200, 'application/json', '{"status":"ok"}');
      case '/readyz': {
        const report = await this.readiness.report();
        return send(response, report.ready ? 200 : 503, 'application/json', JSON.stringify(report));
      }
      case '/metrics':
        return send(
          response,
          200,
          this.metrics.registry.contentType,
          await this.metrics.registry.metrics(),
        );
      default:
        return send(response, 404, 'application/json', '{"error":"not found","code":"NOT_FOUND"}');
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
