import { type Readable, Transform, type TransformCallback, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';

/** Thrown when a body is larger than allowed, as it comes or as it unfolds. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Encodings that may be laid over each other; more than two are somebody's joke. */
const MAX_ENCODINGS = 2;

/**
 * Reads a body to its end, decoded, and stops as soon as it has more than `maxBytes` on either side of the
 * decoder. Throws BodyTooLarge, or what the stream or the decoder throws.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const decoders = decodersOf(encoding);
  if (decoders.length === 0) {
    await pipeline([body, new Limit(maxBytes), collect]);
    return Buffer.concat(chunks);
  }
  const encoded = new Limit(maxBytes);
  try {
    await pipeline([body, encoded, ...decoders, new Limit(maxBytes), collect]);
  } catch (error) {
    // Nothing at all is no valid gzip, but many servers say that it is.
    if (encoded.size > 0 || (error as { code?: unknown }).code !== 'Z_BUF_ERROR') throw error;
  }
  return Buffer.concat(chunks);
}

/** True when `readBody` takes the encoding off. */
export function isDecoded(encoding: string | undefined): boolean {
  return decodersOf(encoding).length > 0;
}

/** Passes on up to `maxBytes` and fails at one more. */
class Limit extends Transform {
  size = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) done(new BodyTooLarge('the body is larger than allowed'));
    else done(null, chunk);
  }
}

/** Decoders in the order in which they must be applied; none for an encoding we do not know. */
function decodersOf(encoding: string | undefined): Transform[] {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const known = names.filter((name) => name !== '' && name !== 'identity').reverse();
  if (known.length > MAX_ENCODINGS || known.some((name) => !(name in DECODERS))) return [];
  return known.flatMap((name) => DECODERS[name]?.() ?? []);
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};
