import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { networkInterfaces } from 'node:os';
import zlib from 'node:zlib';

import { isAppError } from '@runnel/errors';

import { parseEgressAllow } from './egress-allow';
import { EgressClient, type EgressRequest } from './egress-client';

interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: IncomingMessage[];
  readonly connections: () => number;
  close(): Promise<void>;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

async function serve(listener: RequestListener, address = '127.0.0.1'): Promise<TestServer> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    listener(request, response);
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const port = await listen(server, address);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const started = {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    port,
    seen,
    connections: () => connections,
    close,
  };
  open.push(started);
  return started;
}

async function listen(server: TcpServer, address = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, address, () => resolve()));
  return (server.address() as AddressInfo).port;
}

function client(
  allow: string,
  resolver?: (host: string) => Promise<readonly string[]>,
): EgressClient {
  const made = new EgressClient({ allow: parseEgressAllow(allow), ...(resolver && { resolver }) });
  open.push(made);
  return made;
}

/** Code and message of what a call is refused with. */
async function failure(made: EgressClient, request: Partial<EgressRequest> & { url: string }) {
  try {
    await made.request({ method: 'GET', ...request });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { code: error.code, message: error.message };
  }
  throw new Error('the call was made');
}

describe(EgressClient, () => {
  it('calls an allowed private address and reads what it says', async () => {
    const server = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => {
        response
          .writeHead(201, { 'x-a': ['1', '2'], 'content-type': 'text/plain' })
          .end(`got ${text}`);
      });
    });
    const response = await client(`127.0.0.1:${server.port}`).request({
      method: 'post',
      url: `${server.url}/path?q=1#part`,
      headers: { 'X-Own': 'v' },
      body: 'body',
    });
    expect(response.status).toBe(201);
    expect(response.body.toString()).toBe('got body');
    expect(response.headers).toMatchObject({ 'x-a': '1, 2', 'content-type': 'text/plain' });
    expect(response.timings.redirects).toBe(0);
    expect(response.timings.totalMs).toBeGreaterThanOrEqual(response.timings.headMs);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/path?q=1' });
    expect(server.seen[0]?.headers).toMatchObject({
      'x-own': 'v',
      host: `127.0.0.1:${server.port}`,
      'content-length': '4',
    });
  });

  (HAS_IPV6 ? it : it.skip).each(['[::1]', '::1', '::/64'])(
    'reaches a server on ::1 when %s is allowed',
    async (allowed) => {
      const server = await serve((_request, response) => response.end('six'), '::1');
      const entry = allowed.startsWith('[') ? `${allowed}:${server.port}` : allowed;
      const response = await client(entry).request({ method: 'GET', url: server.url });
      expect(response.body.toString()).toBe('six');
      expect(server.seen).toHaveLength(1);
    },
  );

  it('keeps its connections', async () => {
    const server = await serve((_request, response) => response.end('x'));
    const made = client('127.0.0.1');
    for (let n = 0; n < 20; n += 1) await made.request({ method: 'GET', url: server.url });
    expect(server.seen).toHaveLength(20);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  describe('what is private', () => {
    it.each([
      'http://127.0.0.1:PORT/',
      'http://127.1:PORT/',
      'http://2130706433:PORT/',
      'http://0x7f000001:PORT/',
      'http://0177.0.0.1:PORT/',
      'http://127.0.0.1.:PORT/',
      'http://localhost:PORT/',
      'http://LOCALHOST.:PORT/',
      'http://[::1]:PORT/',
      'http://[::ffff:127.0.0.1]:PORT/',
      'http://[::127.0.0.1]:PORT/',
      'http://0.0.0.0:PORT/',
      'http://①②⑦.0.0.1:PORT/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/latest/meta-data/',
    ])('is refused as %s', async (template) => {
      const server = await serve((_request, response) => response.end('secret'));
      const { code, message } = await failure(client('192.168.77.7'), {
        url: template.replace('PORT', `${server.port}`),
      });
      expect(code).toBe('EGRESS_REFUSED');
      expect(message).toContain('RUNNEL_EGRESS_ALLOW');
      expect(server.connections()).toBe(0);
    });

    it('is refused on a port that is not listed', async () => {
      const server = await serve((_request, response) => response.end('secret'));
      const { code } = await failure(client(`127.0.0.1:${server.port + 1}`), { url: server.url });
      expect(code).toBe('EGRESS_REFUSED');
    });

    it('is refused when only one of several addresses is private, without telling which', async () => {
      const made = client('', async () => ['93.184.216.34', '10.0.0.7']);
      const { code, message } = await failure(made, { url: 'http://mixed.example/' });
      expect(code).toBe('EGRESS_REFUSED');
      expect(message).toContain('mixed.example');
      expect(message).not.toContain('10.0.0.7');
    });

    it('is refused behind a redirect', async () => {
      const inner = await serve((_request, response) => response.end('secret'));
      const outer = await serve((_request, response) =>
        response.writeHead(302, { location: `${inner.url}/admin` }).end(),
      );
      const { code } = await failure(client(`127.0.0.1:${outer.port}`), { url: outer.url });
      expect(code).toBe('EGRESS_REFUSED');
      expect(inner.connections()).toBe(0);
    });
  });

  describe('names that change their address', () => {
    it('are connected to as they were checked, also on a kept connection', async () => {
      const server = await serve((_request, response) => response.end('pinned'));
      const answers = [['127.0.0.1'], ['10.0.0.1']];
      const asked: string[] = [];
      const made = client('rebind.example', async (host) => {
        asked.push(host);
        return answers[Math.min(asked.length - 1, 1)] ?? [];
      });
      for (let n = 0; n < 3; n += 1) {
        const response = await made.request({
          method: 'GET',
          url: `http://rebind.example:${server.port}/`,
        });
        expect(response.body.toString()).toBe('pinned');
      }
      expect(asked).toEqual(['rebind.example']);
      expect(server.seen[0]?.headers.host).toBe(`rebind.example:${server.port}`);
    });

    it('are checked again when they are resolved again', async () => {
      const server = await serve((_request, response) => response.end('private'));
      let calls = 0;
      // Public when it is checked, private whenever somebody should ask a second time for the connection.
      const made = client('', async () => ((calls += 1) === 1 ? ['192.88.98.1'] : ['127.0.0.1']));
      const first = await failure(made, {
        url: `http://rebind.example:${server.port}/`,
        timeoutMs: 300,
      });
      expect(['EGRESS_TIMEOUT', 'EGRESS_CONNECTION']).toContain(first.code);
      expect(calls).toBe(1);
      expect(server.connections()).toBe(0);
    });

    it('that do not resolve are failures of the connection', async () => {
      const made = client('', async () => Promise.reject(new Error('ENOTFOUND')));
      expect(await failure(made, { url: 'http://nowhere.example/' })).toEqual({
        code: 'EGRESS_CONNECTION',
        message: 'the call to "nowhere.example" failed: the name does not resolve',
      });
    });
  });

  it('goes on to the next address when nobody listens at the first', async () => {
    const server = await serve((_request, response) => response.end('second'));
    const made = client('two.example', async () => ['127.0.0.2', '127.0.0.1']);
    const response = await made.request({
      method: 'GET',
      url: `http://two.example:${server.port}/`,
    });
    expect(response.body.toString()).toBe('second');
  });

  describe('redirects', () => {
    it('are followed by the rules, and credentials stay with their origin', async () => {
      const last = await serve((_request, response) => response.end('done'));
      const first = await serve((_request, response) =>
        response.writeHead(303, { location: `${last.url}/two` }).end('see there'),
      );
      const response = await client('127.0.0.1').request({
        method: 'POST',
        url: first.url,
        headers: { authorization: 'secret', cookie: 'c', 'x-own': '1' },
        body: 'b',
      });
      expect(response.body.toString()).toBe('done');
      expect(response.timings.redirects).toBe(1);
      expect(last.seen[0]?.method).toBe('GET');
      expect(last.seen[0]?.headers).toMatchObject({ 'x-own': '1' });
      expect(last.seen[0]?.headers).not.toHaveProperty('authorization');
      expect(last.seen[0]?.headers).not.toHaveProperty('cookie');
    });

    it('end after five, or as many as are asked for', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(302, { location: '/again' }).end(),
      );
      const made = client('127.0.0.1');
      expect((await failure(made, { url: server.url })).code).toBe('EGRESS_TOO_MANY_REDIRECTS');
      expect(server.seen).toHaveLength(6);
      expect((await failure(made, { url: server.url, maxRedirects: 1 })).code).toBe(
        'EGRESS_TOO_MANY_REDIRECTS',
      );
      expect(server.seen).toHaveLength(8);
    });

    it('are the response itself when none may be followed', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(302, { location: '/again' }).end(),
      );
      const { status } = await client('127.0.0.1').request({
        method: 'GET',
        url: server.url,
        maxRedirects: 0,
      });
      expect(status).toBe(302);
    });

    it('to what may not be called are refused', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      );
      expect((await failure(client('127.0.0.1'), { url: server.url })).code).toBe(
        'EGRESS_INVALID_URL',
      );
    });
  });

  describe('limits', () => {
    it('a body that drips is cut off when the time is over', async () => {
      const server = await serve((_request, response) => {
        const drip = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(drip));
      });
      const began = performance.now();
      expect(await failure(client('127.0.0.1'), { url: server.url, timeoutMs: 300 })).toEqual({
        code: 'EGRESS_TIMEOUT',
        message: '"127.0.0.1" has not answered completely within 300 ms',
      });
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    it('a head that drips is cut off as well', async () => {
      const server = createTcpServer((socket: Socket) => {
        socket.on('error', () => undefined);
        const drip = setInterval(() => socket.write('H'), 20);
        socket.on('close', () => clearInterval(drip));
      });
      const port = await listen(server);
      open.push({ close: () => new Promise((resolve) => void server.close(() => resolve())) });
      const { code } = await failure(client('127.0.0.1'), {
        url: `http://127.0.0.1:${port}/`,
        timeoutMs: 300,
      });
      expect(['EGRESS_TIMEOUT', 'EGRESS_CONNECTION']).toContain(code);
    });

    it('a name that never resolves does not outlast the time', async () => {
      const made = client('', () => new Promise(() => undefined));
      expect((await failure(made, { url: 'http://slow.example/', timeoutMs: 100 })).code).toBe(
        'EGRESS_TIMEOUT',
      );
    });

    it('a body without end is cut off at the limit', async () => {
      let sent = 0;
      const server = await serve((_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) sent += 64 * 1024;
        };
        response.on('drain', more);
        more();
      });
      const { code, message } = await failure(client('127.0.0.1'), {
        url: server.url,
        maxResponseBytes: 100_000,
      });
      expect(code).toBe('EGRESS_TOO_LARGE');
      expect(message).toContain('100000 bytes');
      expect(sent).toBeLessThan(50 * 1024 * 1024);
    });

    it.each([
      ['gzip', (bytes: Buffer) => zlib.gzipSync(bytes)],
      [
        'br',
        (bytes: Buffer) =>
          zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
      ],
      ['deflate', (bytes: Buffer) => zlib.deflateSync(bytes)],
      ['gzip, gzip', (bytes: Buffer) => zlib.gzipSync(zlib.gzipSync(bytes))],
    ])('a bomb in %s is stopped while it unfolds', async (encoding, compress) => {
      const bomb = compress(Buffer.alloc(64 * 1024 * 1024));
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
      );
      const before = process.memoryUsage().arrayBuffers;
      const { code } = await failure(client('127.0.0.1'), {
        url: server.url,
        maxResponseBytes: 1024 * 1024,
      });
      expect(code).toBe('EGRESS_TOO_LARGE');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    });

    it('a head that is too large is refused', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'x-big': 'b'.repeat(60_000) }).end(),
      );
      expect((await failure(client('127.0.0.1'), { url: server.url })).code).toBe(
        'EGRESS_TOO_LARGE',
      );
    });
  });

  describe('encodings', () => {
    it.each([
      ['gzip', zlib.gzipSync('text')],
      ['br', zlib.brotliCompressSync('text')],
      ['deflate', zlib.deflateSync('text')],
    ])('%s is taken off, with its headers', async (encoding, bytes) => {
      const server = await serve((_request, response) =>
        response
          .writeHead(200, { 'content-encoding': encoding, 'content-length': bytes.length })
          .end(bytes),
      );
      const { body, headers } = await client('127.0.0.1').request({
        method: 'GET',
        url: server.url,
      });
      expect(body.toString()).toBe('text');
      expect(headers).not.toHaveProperty('content-encoding');
      expect(headers).not.toHaveProperty('content-length');
    });

    it('one that is not known is left on', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'compress' }).end('raw'),
      );
      const { body, headers } = await client('127.0.0.1').request({
        method: 'GET',
        url: server.url,
      });
      expect(body.toString()).toBe('raw');
      expect(headers['content-encoding']).toBe('compress');
    });

    it.each(['HEAD', 'GET'])('an empty body is no broken one (%s)', async (method) => {
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(),
      );
      const { body } = await client('127.0.0.1').request({ method, url: server.url });
      expect(body).toHaveLength(0);
    });

    it('a broken one is a failure of the connection', async () => {
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
      );
      expect((await failure(client('127.0.0.1'), { url: server.url })).code).toBe(
        'EGRESS_CONNECTION',
      );
    });
  });

  it('says what failed without the address a name stands for', async () => {
    const made = client('gone.example', async () => ['127.0.0.1']);
    const { code, message } = await failure(made, {
      url: 'http://gone.example:1/secret?token=hunter2',
    });
    expect(code).toBe('EGRESS_CONNECTION');
    expect(message).toBe('the call to "gone.example" failed: nobody listens there');
  });

  it('ends at once when the caller aborts', async () => {
    const server = await serve(() => undefined);
    const abort = new AbortController();
    const call = client('127.0.0.1').request({
      method: 'GET',
      url: server.url,
      signal: abort.signal,
    });
    abort.abort(new Error('no longer wanted'));
    await expect(call).rejects.toThrow('no longer wanted');
  });

  it('refuses methods that are not for calling', async () => {
    expect((await failure(client(''), { url: 'http://a.example/', method: 'CONNECT' })).code).toBe(
      'EGRESS_INVALID_REQUEST',
    );
  });
});
