import { type Frame, FrameReader } from './frame-reader';
import { FrameWriter } from './frame-writer';

type Told = readonly [type: number, run: number, argument: number, head: string, body: string];

function collect(maxFrameBytes = 10_000_000) {
  const frames: Told[] = [];
  const reader = new FrameReader(
    ({ type, run, argument, head, body }: Frame) =>
      frames.push([type, run, argument, head, body.toString()]),
    maxFrameBytes,
  );
  return { frames, reader };
}

const FRAMES: readonly Told[] = [
  [1, 0, 0, '', ''],
  [255, 0xffff_ffff, 0xffff_ffff, '{"a":"ä€\u{1f600}"}', ''],
  [34, 7, 9, '', 'body €'],
  [34, 8, 1, 'h'.repeat(5_000), '€'.repeat(20_000)],
  [2, 1, 2, 'head', 'tail'],
];

function written(): Buffer {
  const writer = new FrameWriter();
  for (const frame of FRAMES) writer.add(...frame);
  return writer.take();
}

describe('frames', () => {
  it.each([1, 2, 3, 16, 17, 18, 1_000, 1_000_000])(
    'arrive whole when the stream is cut every %i bytes',
    (size) => {
      const { frames, reader } = collect();
      const bytes = written();
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(frames).toEqual(FRAMES);
    },
  );

  it('carry bytes as they are', () => {
    const writer = new FrameWriter();
    writer.add(1, 2, 3, 'head', Buffer.from([0, 255, 10]));
    const bodies: Buffer[] = [];
    new FrameReader(({ body }) => bodies.push(Buffer.from(body)), 100).push(writer.take());
    expect(bodies).toEqual([Buffer.from([0, 255, 10])]);
  });

  it('that were taken are not written to again', () => {
    const writer = new FrameWriter();
    writer.add(1, 1, 1, '', 'first');
    const first = writer.take();
    const copy = Buffer.from(first);
    writer.add(1, 1, 1, '', 'second');
    writer.take();
    expect(first.equals(copy)).toBe(true);
    expect(writer.size).toBe(0);
  });

  it.each([
    ['longer than may be', Buffer.from([0xff, 0xff, 0xff, 0x7f])],
    ['shorter than its own header', Buffer.from([3, 0, 0, 0, 1, 2, 3])],
    [
      'with a head longer than itself',
      Buffer.from([13, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]),
    ],
  ])('%s are refused', (_what, bytes) => {
    expect(() => collect().reader.push(bytes)).toThrow(RangeError);
  });
});
