import type { OAuthProvider } from '../../oauth-providers/oauth-providers';

/** What a provider's token endpoint gave. */
export interface OAuthTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInSeconds: number | undefined;
  /** As granted; undefined when the provider does not say, which means as asked for. */
  readonly scopes: readonly string[] | undefined;
}

export interface CodeExchange {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Talks to token endpoints. */
export abstract class OAuthClient {
  /** @throws DomainError OAUTH_FAILED; UnavailableError */
  abstract exchange(provider: OAuthProvider, exchange: CodeExchange): Promise<OAuthTokens>;
  /** @throws DomainError CONNECTION_EXPIRED when the provider refuses; UnavailableError when it cannot be asked */
  abstract refresh(provider: OAuthProvider, refreshToken: string): Promise<OAuthTokens>;
}
