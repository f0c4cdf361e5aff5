import { TOKEN_SECONDS } from '@runnel/auth';

import { SESSION_COOKIE } from '../../http/access/credential';

/** The `Set-Cookie` of a new session. `secure` where the site is served over https. */
export function sessionCookie(token: string, secure: boolean): string {
  return cookie(token, TOKEN_SECONDS, secure);
}

/** The `Set-Cookie` that ends a session. */
export function endedCookie(secure: boolean): string {
  return cookie('', 0, secure);
}

function cookie(value: string, maxAge: number, secure: boolean): string {
  const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
  return `${SESSION_COOKIE}=${value}; ${attributes}${secure ? '; Secure' : ''}`;
}
