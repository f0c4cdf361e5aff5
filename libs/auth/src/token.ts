import { type KeyObject, randomUUID } from 'node:crypto';

import { DomainError } from '@runnel/errors';
import { type JwtPayload, sign, verify } from 'jsonwebtoken';

import { type Role, ROLES } from './identity';

/** How long a session token is valid (contracts/automation.md A.7). */
export const TOKEN_SECONDS = 3_600;
/** How long after its end a token may still be exchanged for a new one (contracts/automation.md E.1). */
export const REFRESH_SECONDS = 7 * 24 * 3_600;
/** Ours are below 600 characters; longer ones are refused before any work is done. */
const MAX_TOKEN_LENGTH = 4_096;

export interface TokenSubject {
  /** User id. */
  readonly sub: string;
  readonly project: string;
  readonly role: Role;
}

/** What a session token says; `iat` and `exp` are seconds since the epoch. */
export interface TokenClaims extends TokenSubject {
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}

/** A session token for `subject`, valid for an hour from `now`, and its claims. */
export function signToken(
  key: KeyObject,
  { sub, project, role }: TokenSubject,
  now: Date,
): { readonly token: string; readonly claims: TokenClaims } {
  const iat = toSeconds(now);
  const claims: TokenClaims = {
    sub,
    project,
    role,
    iat,
    exp: iat + TOKEN_SECONDS,
    jti: randomUUID(),
  };
  return { token: sign({ ...claims }, key, { algorithm: 'HS256' }), claims };
}

/**
 * The claims of a token that we signed and that is still valid; with `acceptExpired`, also of one that ended less
 * than seven days ago (for a refresh). Whether it was revoked is for the caller to ask.
 * @throws DomainError UNAUTHORIZED otherwise
 */
export function verifyToken(
  key: KeyObject,
  token: string,
  now: Date,
  options: { readonly acceptExpired?: boolean } = {},
): TokenClaims {
  const claims = readClaims(key, token);
  const allowance = options.acceptExpired === true ? REFRESH_SECONDS : 0;
  if (claims.exp + allowance <= toSeconds(now)) {
    throw new DomainError('UNAUTHORIZED', 'the token has expired; log in again', {
      reason: 'expired',
    });
  }
  return claims;
}

function readClaims(key: KeyObject, token: string): TokenClaims {
  if (token.length > MAX_TOKEN_LENGTH) throw invalidToken();
  let payload: string | JwtPayload;
  try {
    // Expiry is judged by the caller's clock, above.
    payload = verify(token, key, { algorithms: ['HS256'], ignoreExpiration: true });
  } catch (cause) {
    throw invalidToken(cause);
  }
  if (!isClaims(payload)) throw invalidToken();
  return payload;
}

function isClaims(payload: string | JwtPayload): payload is TokenClaims & JwtPayload {
  if (typeof payload === 'string') return false;
  const { sub, iat, exp, jti, project, role } = payload as Record<string, unknown>;
  return (
    [sub, jti, project].every((value) => typeof value === 'string' && value !== '') &&
    [iat, exp].every((value) => Number.isSafeInteger(value)) &&
    ROLES.some((known) => known === role)
  );
}

function invalidToken(cause?: unknown): DomainError {
  return new DomainError(
    'UNAUTHORIZED',
    'the token is not valid; log in again',
    { reason: 'invalid' },
    { cause },
  );
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}
