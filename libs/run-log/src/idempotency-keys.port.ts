/** Who holds a key. */
export interface Reservation {
  /** The run that holds the key now. */
  readonly runId: string;
  /** True if it is the run that was asked for: the caller may go on. */
  readonly created: boolean;
}

/** Port to the idempotency keys: of any number of callers with one key, one run gets it. */
export abstract class IdempotencyKeys {
  /**
   * Takes `key` within `scope` for a run, or says which run has it. Asking again for the same run is harmless.
   * `ttlSeconds` (default 24 h, at most 31 days) is when the key is free again by itself.
   * @throws UnavailableError
   */
  abstract reserve(
    scope: string,
    key: string,
    runId: string,
    ttlSeconds?: number,
  ): Promise<Reservation>;

  /** The run that holds the key, if one does. Throws UnavailableError. */
  abstract holder(scope: string, key: string): Promise<string | undefined>;

  /** Frees the key if that run holds it. Idempotent. Throws UnavailableError. */
  abstract release(scope: string, key: string, runId: string): Promise<void>;

  /** Lets go of what belongs to this object; a connection that was given stays open. */
  abstract close(): void;
}

/** How long a key is held unless the caller says otherwise (contracts/automation.md: one processing per key per 24 h). */
export const IDEMPOTENCY_TTL_SECONDS = 24 * 60 * 60;
/** The longest that a key can be held. */
export const MAX_IDEMPOTENCY_TTL_SECONDS = 31 * 24 * 60 * 60;
