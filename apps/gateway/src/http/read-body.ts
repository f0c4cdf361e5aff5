import type { IncomingMessage } from 'node:http';

import { HttpProblem } from './errors/problem';

type Done = (error: Error | undefined, body: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Reads a request's body as the bytes that came and calls `done` once; empty when there is none. For routes
 * that need the bytes: Fastify's own parsers cost more than everything else that such a route does.
 * Refuses with HttpProblem 413 PAYLOAD_TOO_LARGE over `limit` bytes, 400 BAD_REQUEST when the sender breaks off.
 */
export function readBody(request: IncomingMessage, limit: number, done: Done): void {
  const { headers } = request;
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > limit) return done(tooLarge(), NOTHING);
  if (announced === 0 && headers['transfer-encoding'] === undefined)
    return done(undefined, NOTHING);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (error: Error | undefined, body: Buffer): void => {
    request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onError);
    done(error, body);
  };
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > limit) return finish(tooLarge(), NOTHING);
    chunks.push(chunk);
  };
  const onEnd = (): void => {
    finish(undefined, chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks));
  };
  const onError = (): void => finish(brokenOff(), NOTHING);
  request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onError);
}

/** What is left of the body is not read: the connection is of no more use. */
const CLOSE = { headers: { connection: 'close' } };

function tooLarge(): HttpProblem {
  return new HttpProblem(413, 'PAYLOAD_TOO_LARGE', 'the request body is too large', CLOSE);
}

function brokenOff(): HttpProblem {
  return new HttpProblem(400, 'BAD_REQUEST', 'the request body ended early', CLOSE);
}
