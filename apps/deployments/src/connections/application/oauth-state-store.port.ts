/** An authorization that a user has begun and not finished. */
export interface OAuthState {
  readonly id: string;
  readonly project: string;
  readonly userId: string;
  readonly provider: string;
  /** PKCE code verifier (RFC 7636). */
  readonly verifier: string;
  readonly redirectUri: string;
  readonly displayName: string | undefined;
  readonly expiresAt: Date;
}

/** Authorizations under way; each can be finished once. */
export abstract class OAuthStateStore {
  /** Forgets what has expired, and the project's oldest beyond a bound. */
  abstract add(state: OAuthState, now: Date): Promise<void>;
  /** The state, which is gone with this call. */
  abstract take(id: string): Promise<OAuthState | undefined>;
}
