import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client is told about as often as a run of the benchmark speaks. */
export interface RawStreamPlan {
  readonly groups: number;
  readonly ticks: number;
  readonly intervalMs: number;
  /** Characters of a frame. */
  readonly frameLength: number;
}

/**
 * An event stream with nothing behind it, in a process of its own: each group of clients is told the time at an
 * interval. Tells its port, begins when it is told to, and ends all streams after the last tick.
 */
function serve(plan: RawStreamPlan): void {
  const groups = Array.from({ length: plan.groups }, () => new Set<ServerResponse>());
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    groups[Number(request.url?.slice(1))]?.add(response);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('message', () => {
    groups.forEach((clients, group) => {
      setTimeout(() => speak(plan, clients), (group / plan.groups) * plan.intervalMs);
    });
  });
}

function speak(
  { ticks, intervalMs, frameLength }: RawStreamPlan,
  clients: Set<ServerResponse>,
): void {
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    const head = `id: 0:${tick}\ndata: {"type":"event","event_type":"log","message":"`;
    const tail = `","timestamp":"${new Date().toISOString()}"}\n\n`;
    const frame = Buffer.from(head + 'x'.repeat(frameLength - head.length - tail.length) + tail);
    for (const client of clients) client.write(frame);
    if (tick < ticks) return;
    clearInterval(timer);
    for (const client of clients) client.end();
  }, intervalMs);
}

serve(JSON.parse(process.argv[2] ?? '{}') as RawStreamPlan);
