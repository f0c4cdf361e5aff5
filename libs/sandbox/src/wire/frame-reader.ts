import { FRAME_HEADER_BYTES } from './frame-writer';

/** One frame as it was added on the other side; `body` is valid until the handler returns, or longer if kept. */
export interface Frame {
  readonly type: number;
  readonly run: number;
  readonly argument: number;
  readonly head: string;
  readonly body: Buffer;
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  private pieces: Buffer[] = [];
  private held = 0;
  /** Bytes that must be held before the next frame can be cut. */
  private needed = 4;

  constructor(
    private readonly onFrame: (frame: Frame) => void,
    /** A longer frame is refused with a throw: the other side is not what it should be. */
    private readonly maxFrameBytes: number,
  ) {}

  /** Takes the next bytes and hands over every frame that is complete. Throws RangeError on a broken stream. */
  push(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return;
    const bytes = this.pieces.length === 1 ? chunk : Buffer.concat(this.pieces, this.held);
    const rest = bytes.subarray(this.cut(bytes));
    this.pieces = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
  }

  private cut(bytes: Buffer): number {
    let at = 0;
    this.needed = 4;
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32LE(at);
      if (length < FRAME_HEADER_BYTES - 4 || length > this.maxFrameBytes) {
        throw new RangeError(`a frame of ${length} bytes is not possible`);
      }
      this.needed = length + 4;
      if (bytes.length - at < this.needed) break;
      this.hand(bytes, at, at + this.needed);
      at += this.needed;
      this.needed = 4;
    }
    return at;
  }

  private hand(bytes: Buffer, start: number, end: number): void {
    const headStart = start + FRAME_HEADER_BYTES;
    const bodyStart = headStart + bytes.readUInt32LE(start + 13);
    if (bodyStart > end) throw new RangeError('a frame whose head is longer than itself');
    this.onFrame({
      type: bytes.readUInt8(start + 4),
      run: bytes.readUInt32LE(start + 5),
      argument: bytes.readUInt32LE(start + 9),
      head: bodyStart === headStart ? '' : bytes.toString('utf8', headStart, bodyStart),
      body: bytes.subarray(bodyStart, end),
    });
  }
}
