import { connect } from 'node:net';

import { type RunningGateway, startAll } from '../testing/running-gateway';
import { startGateway } from '../testing/start-gateway';
import { send } from '../testing/http';

describe('stopping', () => {
  let all: RunningGateway;

  beforeAll(async () => {
    all = await startAll();
  });

  afterAll(() => all?.stop());

  it('finishes what is in flight, and waits for nobody who has nothing to say', async () => {
    const stopping = await startGateway(all.nats.url);
    const { hostname, port } = new URL(stopping.baseUrl);
    const unused = connect(Number(port), hostname);
    const slow = connect(Number(port), hostname, () => slow.write('GET / HTTP/1.1\r\nhost: x\r\n'));
    unused.on('error', () => undefined);
    slow.on('error', () => undefined);
    let answer: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    all.services.answer('svc.deployments.list-patterns', async () => {
      asked();
      await new Promise<void>((resolve) => (answer = resolve));
      return { items: [], total: 0 };
    });
    const inFlight = send(`${stopping.baseUrl}/api/patterns`, { token: stopping.token() });
    await wasAsked;
    const began = performance.now();
    const stopped = stopping.stop();
    answer();
    expect((await inFlight).status).toBe(200);
    await stopped;
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(send(`${stopping.baseUrl}/healthz`)).rejects.toThrow();
  });
});
