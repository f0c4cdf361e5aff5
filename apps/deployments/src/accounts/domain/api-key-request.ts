import { InvalidInputError } from '@runnel/errors';

export interface ApiKeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whole days from now; for ever when absent. */
  readonly expiresInDays?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * The scopes a request asks for, each once (contracts/jobs.md A.6).
 * @param isKnown whether a scope exists
 * @throws InvalidInputError VALIDATION when there is none, or one that does not exist
 */
export function scopesOf(
  request: ApiKeyRequest,
  isKnown: (scope: string) => boolean,
): readonly string[] {
  const scopes = [...new Set(request.scopes)];
  const unknown = scopes.find((scope) => !isKnown(scope));
  if (scopes.length > 0 && unknown === undefined) return scopes;
  const problem =
    unknown === undefined
      ? 'must name at least one scope'
      : `name one that does not exist: ${JSON.stringify(unknown.slice(0, 64))}`;
  throw new InvalidInputError('VALIDATION', `scopes ${problem}`, { field: 'scopes' });
}

/** When a key made at `now` ends; null: never. */
export function expiryOf(request: ApiKeyRequest, now: Date): Date | null {
  if (request.expiresInDays === undefined) return null;
  return new Date(now.getTime() + request.expiresInDays * DAY_MS);
}
