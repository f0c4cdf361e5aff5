/** A GitHub account as its owner let us see it. */
export interface GithubUser {
  /** Never changes, unlike the login name. */
  readonly id: string;
  readonly name: string;
  /** Primary, and verified by GitHub. */
  readonly email: string;
}

/** Asks GitHub who somebody is. */
export abstract class GithubClient {
  /** @throws DomainError OAUTH_NOT_CONFIGURED, OAUTH_FAILED; UnavailableError when GitHub cannot be asked */
  abstract identify(code: string): Promise<GithubUser>;
}
