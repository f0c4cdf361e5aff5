import type { IncomingHttpHeaders } from 'node:http';

import { HttpProblem } from '../../http/errors/problem';

const MAX_LENGTH = 256;

/**
 * The keys under each of which a request is processed once, the sender's first: `X-Idempotency-Key`, else
 * `X-Request-Id`; and the signed timestamp with its signature, whatever else the sender says: those headers are
 * not signed, so that who resends a captured request could choose them (contracts/automation.md A.9).
 * @throws HttpProblem 400 VALIDATION when one is too long
 */
export function idempotencyKeysOf(
  headers: IncomingHttpHeaders,
  replayKey: string | undefined,
): readonly string[] {
  const given = textOf(headers['x-idempotency-key']) ?? textOf(headers['x-request-id']);
  if (given !== undefined && given.length > MAX_LENGTH) {
    throw new HttpProblem(
      400,
      'VALIDATION',
      `an idempotency key has at most ${MAX_LENGTH} characters`,
    );
  }
  const signed = replayKey === undefined ? undefined : `signature:${replayKey}`;
  return [given, signed].filter((key) => key !== undefined);
}

function textOf(header: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  return text === '' ? undefined : text;
}
