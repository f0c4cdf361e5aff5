import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

import { startTestNats, startTestPostgres } from '@runnel/testing';

import { checkExternalNats, checkExternalPostgres } from './external-servers';
import { freePort } from './ports';

function greeter(greeting: string): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(greeting));
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`, server }),
    ),
  );
}

describe(checkExternalNats, () => {
  it('accepts a server with JetStream, even behind one that is down', async () => {
    const nats = await startTestNats();
    await checkExternalNats(`nats://127.0.0.1:${await freePort()},${nats.url}`);
    await nats.stop();
  });

  it.each([
    [
      'too old',
      'INFO {"version":"2.9.25","jetstream":true}\r\n',
      'it is 2.9.25, not 2.10 or newer',
    ],
    ['without JetStream', 'INFO {"version":"2.12.0"}\r\n', 'it runs without JetStream'],
    [
      'for small messages only',
      'INFO {"version":"2.12.0","jetstream":true,"max_payload":1048576}\r\n',
      'set `max_payload: 8MB`',
    ],
    ['not NATS at all', 'SSH-2.0-OpenSSH\r\n', 'JSON'],
  ])('refuses a server that is %s', async (_what, greeting, reason) => {
    const { url, server } = await greeter(greeting);
    await expect(checkExternalNats(url)).rejects.toThrow(reason);
    server.close();
  });

  it('refuses an address where nobody listens', async () => {
    await expect(checkExternalNats(`nats://127.0.0.1:${await freePort()}`)).rejects.toThrow(
      /RUNNEL_NATS_URL names cannot be used \(.*ECONNREFUSED/,
    );
  });
});

describe(checkExternalPostgres, () => {
  it('accepts one that can be used and refuses a wrong password', async () => {
    const postgres = await startTestPostgres();
    await checkExternalPostgres(postgres.url);
    const wrong = new URL(postgres.url);
    wrong.password = 'guessed';
    await expect(checkExternalPostgres(wrong.href)).rejects.toThrow(
      /RUNNEL_DATABASE_URL names cannot be used \(password authentication failed/,
    );
    await postgres.stop();
  });
});
