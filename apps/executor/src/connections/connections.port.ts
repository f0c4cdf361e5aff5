/** What makes one request an authenticated one. */
export interface Authorization {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must not show in anything the request brings back. */
  readonly secrets: readonly string[];
}

/** Port to the connections of projects. Credentials are asked for when they are used, and kept nowhere. */
export abstract class Connections {
  /**
   * What authenticates a request to `url`.
   * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_HOST_NOT_ALLOWED, CONNECTION_EXPIRED; UnavailableError
   */
  abstract authorize(project: string, connectionId: string, url: string): Promise<Authorization>;
}
