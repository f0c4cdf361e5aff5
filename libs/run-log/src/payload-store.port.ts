import type { Json, Payload } from '@runnel/run-domain';

/** Whose payload it is: the first parts of its key. */
export interface PayloadOwner {
  readonly project: string;
  readonly runId: string;
}

/** Port to where large payloads lie. What is small stays inside its event. */
export abstract class PayloadStore {
  /**
   * The payload as it goes into an event: inline up to 64 KiB of JSON, else a claim check of the bytes that
   * were stored. Called before the append.
   * @throws InvalidInputError PAYLOAD_TOO_LARGE, PAYLOAD_NOT_JSON; UnavailableError
   */
  abstract put(json: Json, owner: PayloadOwner): Promise<Payload>;

  /** The value again. Throws DomainError PAYLOAD_NOT_FOUND or PAYLOAD_CORRUPT; UnavailableError. */
  abstract get(payload: Payload): Promise<Json>;
}
