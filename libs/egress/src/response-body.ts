import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

import { DomainError } from '@runnel/errors';

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * Reads a body up to `maxBytes`, compressed and after decompression.
 * Throws DomainError EGRESS_TOO_LARGE, EGRESS_CONNECTION for a body that does not decompress.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const decode = DECODERS[(encoding ?? '').trim().toLowerCase() as keyof typeof DECODERS];
  if (decode === undefined || raw.byteLength === 0) return raw;
  try {
    return await decode(raw, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new DomainError(
      'EGRESS_CONNECTION',
      'the answer could not be decompressed',
      {},
      { cause },
    );
  }
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('EGRESS_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`, {
    maxBytes,
  });
}
