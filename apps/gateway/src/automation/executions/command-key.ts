import type { IncomingHttpHeaders } from 'node:http';

import { InvalidInputError } from '@runnel/errors';

const MAX_LENGTH = 256;

/**
 * The key under which a command is carried out once: `X-Idempotency-Key` or `Idempotency-Key`.
 * @throws InvalidInputError VALIDATION when it is too long
 */
export function commandKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['x-idempotency-key'] ?? headers['idempotency-key'];
  const key = (Array.isArray(given) ? given[0] : given)?.trim();
  if (key === undefined || key === '') return undefined;
  if (key.length <= MAX_LENGTH) return key;
  const message = `X-Idempotency-Key: must have at most ${MAX_LENGTH} characters`;
  throw new InvalidInputError('VALIDATION', message, { field: 'X-Idempotency-Key' });
}
