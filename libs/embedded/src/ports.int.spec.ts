import { createServer, type Server } from 'node:net';

import { freePort, requirePort } from './ports';

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, host, () => resolve(server));
  });
}

describe(freePort, () => {
  it('gives ports that can be listened on, each once, below the range of outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 1_000 }, () => freePort()));
    expect(new Set(ports).size).toBe(1_000);
    expect(Math.max(...ports)).toBeLessThan(32_768);
    const server = await listen(ports[0] ?? 0, '127.0.0.1');
    server.close();
  });
});

describe(requirePort, () => {
  it('accepts a free port and leaves it free', async () => {
    const port = await freePort();
    await requirePort(port, 'PORT');
    const server = await listen(port, '127.0.0.1');
    server.close();
  });

  it.each(['127.0.0.1', '0.0.0.0'])(
    'refuses a port that somebody listens on at %s',
    async (host) => {
      const port = await freePort();
      const server = await listen(port, host);
      await expect(requirePort(port, 'PORT')).rejects.toMatchObject({
        exitCode: 78,
        message: expect.stringMatching(
          `^Port ${port} on 127.0.0.1 is already in use: .* set PORT to another port\\.$`,
        ) as string,
      });
      server.close();
    },
  );
});
