import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

import { FrameBatch } from '../feed/frame-batch';
import { EventStream } from './event-stream';

const MINUTE = 60_000;

/** A real connection whose client has asked and then reads nothing. */
async function deafClient(): Promise<{
  response: ServerResponse;
  client: Socket;
  readonly close: () => void;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { response, client, close: () => void (client.destroy(), server.close()) };
}

function openStream(response: ServerResponse) {
  const seen = { closed: 0, dropped: 0 };
  const stream = new EventStream(response, {
    project: 'prj_1',
    headers: { 'content-type': 'text/event-stream' },
    onStart: () => undefined,
    now: 0,
    onClose: () => (seen.closed += 1),
    onDrop: () => (seen.dropped += 1),
  });
  return { stream, seen };
}

const pages = (count: number): FrameBatch =>
  new FrameBatch([{ seq: 1, index: 0, text: 'x'.repeat(count * 1_024 * 1_024) }]);

describe(EventStream, () => {
  it.each([
    ['still told', (): void => undefined],
    ['told all and ended', (stream: EventStream) => stream.end('ended')],
    ['told to come back', (stream: EventStream) => stream.close()],
  ])('gives up a reader that takes nothing while it is %s', async (_, act) => {
    const { response, close } = await deafClient();
    const { stream, seen } = openStream(response);
    stream.send(pages(8));
    act(stream);
    const gone = once(response, 'close');
    stream.beat(MINUTE);
    expect(seen).toEqual({ closed: 0, dropped: 0 });
    stream.beat(2 * MINUTE);
    await gone;
    expect(seen).toEqual({ closed: 1, dropped: 1 });
    close();
  });
});
