/** What a connection puts into a project's environments (contracts/automation.md E.5). */
export interface SeededSecret {
  readonly project: string;
  readonly connectionId: string;
  readonly name: string;
  readonly value: string;
}

/** Secrets that follow a connection: changed with it, and gone with it. */
export abstract class SecretSeeds {
  /**
   * Writes the value into all environments of the project, the default one at least. A secret of that name which somebody
   * set by hand stays as it is. To be called inside a transaction.
   * @throws DomainError LIMIT_EXCEEDED
   */
  abstract seed(secret: SeededSecret, now: Date): Promise<void>;
  /** The name under which the connection's secret lies; undefined when it has none. */
  abstract nameOf(connectionId: string): Promise<string | undefined>;
}
