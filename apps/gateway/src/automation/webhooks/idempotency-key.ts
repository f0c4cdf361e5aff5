import type { IncomingHttpHeaders } from 'node:http';

import { HttpProblem } from '../../http/errors/problem';

const MAX_LENGTH = 256;

/**
 * The key under which a request is processed once: `X-Idempotency-Key`, else the sender's `X-Request-Id`, else
 * the signed timestamp with its signature (contracts/automation.md A.9).
 * @throws HttpProblem 400 VALIDATION when it is too long
 */
export function idempotencyKeyOf(
  headers: IncomingHttpHeaders,
  replayKey: string | undefined,
): string | undefined {
  const given = textOf(headers['x-idempotency-key']) ?? textOf(headers['x-request-id']);
  if (given === undefined) return replayKey === undefined ? undefined : `signature:${replayKey}`;
  if (given.length <= MAX_LENGTH) return given;
  throw new HttpProblem(
    400,
    'VALIDATION',
    `an idempotency key has at most ${MAX_LENGTH} characters`,
  );
}

function textOf(header: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  return text === '' ? undefined : text;
}
