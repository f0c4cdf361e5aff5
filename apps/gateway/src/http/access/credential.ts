import type { IncomingHttpHeaders } from 'node:http';

import { looksLikeApiKey } from '@runnel/auth';

/** What a request says to prove who is asking. */
export type Credential =
  | { readonly kind: 'api_key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: string; readonly from: 'header' | 'cookie' };

/** The session cookie (contracts/automation.md, Decisions 6). */
export const SESSION_COOKIE = 'runnel_session';

const BEARER = /^Bearer +([\w.~+/=-]{1,4096})$/i;

/**
 * The credential of a request: `Authorization: Bearer` (a session token or an API key), else `X-API-Key`,
 * else the session cookie. An unreadable Authorization header is not passed over: it proves nothing.
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  if (headers.authorization !== undefined) {
    const bearer = BEARER.exec(headers.authorization)?.[1];
    return bearer === undefined ? undefined : ofBearer(bearer);
  }
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return { kind: 'api_key', key };
  const token = cookieOf(headers.cookie, SESSION_COOKIE);
  return token === undefined ? undefined : { kind: 'token', token, from: 'cookie' };
}

/** A bare credential, as a WebSocket client may give it in its query. */
export function ofBearer(text: string): Credential {
  return looksLikeApiKey(text)
    ? { kind: 'api_key', key: text }
    : { kind: 'token', token: text, from: 'header' };
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined;
  }
  return undefined;
}
