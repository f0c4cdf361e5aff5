import { lineReader } from './line-reader';

function linesOf(...chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const read = lineReader((line) => lines.push(line));
  for (const chunk of chunks) read(Buffer.from(chunk));
  return lines;
}

describe(lineReader, () => {
  it('puts lines together that arrive in pieces', () => {
    expect(linesOf('on', 'e\ntwo\nthr', 'ee\n')).toEqual(['one', 'two', 'three']);
  });

  it('keeps a character whole that is cut between two chunks', () => {
    const bytes = Buffer.from('grüß\n');
    expect(linesOf(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['grüß']);
  });

  it('cuts a line that never ends, so that memory stays bounded', () => {
    const [line] = linesOf('{"level"', 'x'.repeat(200_000), 'y\n');
    expect(line?.length).toBeLessThanOrEqual(64 * 1024);
    expect(line?.startsWith('{"level"xx')).toBe(true);
  });
});
