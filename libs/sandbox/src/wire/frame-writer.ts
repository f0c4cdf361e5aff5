/**
 * A frame on the channel between the pool and a child process:
 * u32 length of the rest | u8 type | u32 run | u32 argument | u32 length of head | head | body, all little-endian.
 * The head is JSON that both sides read; the body is JSON text that only the far end reads, so that large
 * values cross the child without being parsed there.
 */
export const FRAME_HEADER_BYTES = 17;

const FIRST_BYTES = 4 * 1024;

/** Collects frames until they are taken, so that one write carries many. */
export class FrameWriter {
  private buffer: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private used = 0;

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.used;
  }

  /** Adds one frame. `run` and `argument` are unsigned 32-bit numbers; their meaning is the type's. */
  add(
    type: number,
    run: number,
    argument: number,
    head: string,
    body: string | Uint8Array = '',
  ): void {
    this.reserve(FRAME_HEADER_BYTES + roomFor(head) + roomFor(body));
    const start = this.used;
    const headStart = start + FRAME_HEADER_BYTES;
    const bodyStart = headStart + (head === '' ? 0 : this.buffer.write(head, headStart, 'utf8'));
    const end = bodyStart + this.write(body, bodyStart);
    this.buffer.writeUInt32LE(end - start - 4, start);
    this.buffer[start + 4] = type;
    this.buffer.writeUInt32LE(run, start + 5);
    this.buffer.writeUInt32LE(argument, start + 9);
    this.buffer.writeUInt32LE(bodyStart - headStart, start + 13);
    this.used = end;
  }

  /** All frames added since the last call, as one piece that the caller owns. */
  take(): Buffer {
    const taken = this.buffer.subarray(0, this.used);
    this.buffer = Buffer.allocUnsafe(FIRST_BYTES);
    this.used = 0;
    return taken;
  }

  private write(body: string | Uint8Array, at: number): number {
    if (typeof body === 'string') return body === '' ? 0 : this.buffer.write(body, at, 'utf8');
    this.buffer.set(body, at);
    return body.length;
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.used + bytes));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}

/** Bytes that are surely enough; counting a short text exactly would cost more than the room. */
function roomFor(text: string | Uint8Array): number {
  if (typeof text !== 'string') return text.length;
  return text.length > 1024 ? Buffer.byteLength(text) : text.length * 3;
}
